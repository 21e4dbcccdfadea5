/** What a user can do. The menus, the toolbars and the keys read the same objects. */
import type { Services } from '../app/services'
import type { IconName } from '../kit/Icon'
import type { NotebookSession } from '../notebook/session'

/** Where an action happens: the open notebook, and the cell that it is about. */
export interface Place {
  readonly session: NotebookSession
  readonly services: Services
  /** The cell whose button was pressed, else the selected one. */
  readonly cell: string | null
}

export interface Action {
  readonly id: string
  readonly label: string
  /** The label where no menu's name stands above it. */
  readonly title?: string
  readonly icon?: IconName
  /** The first is shown in menus. "Mod" is Ctrl, or ⌘ on a Mac; "Mod+M B" means one after the other. */
  readonly keys?: readonly string[]
  /** Where the keys count: `cell` while a cell has the keyboard but not its editor. */
  readonly scope?: 'page' | 'cell' | 'editor'
  readonly isPossible?: (place: Place) => boolean
  readonly isTicked?: (place: Place) => boolean
  run(place: Place): void
}
