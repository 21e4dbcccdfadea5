import type { Action } from './action'

export const toggleLineNumbers: Action = {
  id: 'line-numbers',
  label: 'Line numbers',
  keys: ['Mod+M L'],
  isTicked: ({ session }) => session.view.hasLineNumbers.get(),
  run: ({ session: { view } }) => {
    view.showLineNumbers(!view.hasLineNumbers.get())
  },
}
