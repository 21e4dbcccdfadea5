import { useState } from 'react'
import type { Action } from '../actions/action'
import { deleteCell } from '../actions/deleteCell'
import { isMac, keysWords } from '../actions/keys'
import { CELL_MENU } from '../actions/menus'
import { moveCellDown } from '../actions/moveCellDown'
import { moveCellUp } from '../actions/moveCellUp'
import { editCell } from '../actions/editCell'
import { IconButton } from '../kit/Button'
import type { IconName } from '../kit/Icon'
import { Menu } from '../kit/Menu'
import { useAct } from './context'
import { menuGroups } from './menuEntries'

/** What can be done to one cell; at its upper right corner while it is selected or under the mouse. */
export function CellToolbar({ cell, isText }: { cell: string; isText: boolean }) {
  const { act, place } = useAct()
  const [isOpen, setOpen] = useState(false)
  const button = (action: Action, icon: IconName) => (
    <IconButton icon={icon} size={18} label={labelOf(action)} onClick={() => act(action, cell)} />
  )
  return (
    <div className="cell-toolbar" role="toolbar" aria-label="Cell" data-open={isOpen || undefined}>
      {button(moveCellUp, 'up')}
      {button(moveCellDown, 'down')}
      {isText ? button(editCell, 'edit') : null}
      {button(deleteCell, 'delete')}
      <Menu groups={isOpen ? menuGroups(CELL_MENU, place(cell), true) : []} onOpenChange={setOpen}>
        <IconButton icon="more" size={18} label="More cell actions" />
      </Menu>
    </div>
  )
}

function labelOf(action: Action): string {
  const [keys] = action.keys ?? []
  return keys === undefined ? action.label : `${action.label} (${keysWords(keys, isMac())})`
}
