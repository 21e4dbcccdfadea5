import * as Parts from '@radix-ui/react-menubar'
import { useState } from 'react'
import { MENU_BAR } from '../actions/menus'
import { MenuEntryBody } from '../kit/Menu'
import { useAct } from './context'
import { menuGroups } from './menuEntries'

export function MenuBar() {
  const { place } = useAct()
  const [open, setOpen] = useState('')
  return (
    <Parts.Root className="menu-bar" aria-label="Main menu" value={open} onValueChange={setOpen}>
      {MENU_BAR.map(({ title, groups }) => (
        <Parts.Menu key={title} value={title}>
          <Parts.Trigger className="menu-title">{title}</Parts.Trigger>
          <Parts.Portal>
            <Parts.Content className="menu" align="start" sideOffset={2} collisionPadding={8}>
              {(open === title ? menuGroups(groups, place()) : []).map((group, index) => (
                <Parts.Group key={group[0]?.id ?? index}>
                  {index > 0 ? <Parts.Separator className="menu-line" /> : null}
                  {group.map((entry) => (
                    <Parts.Item
                      key={entry.id}
                      className="menu-item"
                      disabled={entry.isDisabled ?? false}
                      onSelect={() => {
                        // After the menu has given the keyboard back: actions move it to a cell.
                        setTimeout(entry.run)
                      }}
                    >
                      <MenuEntryBody entry={entry} hasTicks={title === 'View'} />
                    </Parts.Item>
                  ))}
                </Parts.Group>
              ))}
            </Parts.Content>
          </Parts.Portal>
        </Parts.Menu>
      ))}
    </Parts.Root>
  )
}
