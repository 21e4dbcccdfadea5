import { filePath } from '../base/notebooks'
import type { Action } from './action'

export const downloadNotebook: Action = {
  id: 'download',
  label: 'Download .ipynb',
  icon: 'download',
  run: ({ session }) => {
    location.assign(filePath(session.id))
  },
}
