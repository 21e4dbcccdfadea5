/** What menus are made of, for the menu bar and for menus of buttons alike. */
import * as Parts from '@radix-ui/react-dropdown-menu'
import type { ReactNode } from 'react'
import { Icon, type IconName } from './Icon'

export interface MenuEntry {
  id: string
  label: string
  icon?: IconName
  keys?: string | undefined
  tone?: 'plain' | 'bad'
  isDisabled?: boolean
  /** For choices: whether this one holds. */
  isTicked?: boolean | undefined
  run: () => void
}

/** Groups of entries; a line is drawn between groups. */
export type MenuGroups = readonly (readonly MenuEntry[])[]

export function MenuEntryBody({ entry, hasTicks }: { entry: MenuEntry; hasTicks: boolean }) {
  return (
    <>
      {hasTicks ? <span className="menu-tick">{entry.isTicked ? <Icon name="check" size={18} /> : null}</span> : null}
      {entry.icon ? <Icon name={entry.icon} size={18} /> : null}
      <span className="menu-label">{entry.label}</span>
      {entry.keys ? <span className="menu-keys">{entry.keys}</span> : null}
    </>
  )
}

interface MenuProps {
  groups: MenuGroups
  align?: 'start' | 'end'
  children: ReactNode
  /** For menus that something else opens too. */
  isOpen?: boolean
  onOpenChange?: (isOpen: boolean) => void
}

/** A button (its child) with a menu. */
export function Menu({ groups, align = 'end', children, isOpen, onOpenChange }: MenuProps) {
  const hasTicks = groups.flat().some((entry) => entry.isTicked !== undefined)
  return (
    <Parts.Root
      modal={false}
      {...(onOpenChange ? { onOpenChange } : {})}
      {...(isOpen === undefined ? {} : { open: isOpen })}
    >
      <Parts.Trigger asChild>{children}</Parts.Trigger>
      <Parts.Portal>
        <Parts.Content className="menu" align={align} sideOffset={4} collisionPadding={8}>
          {groups.map((group, index) => (
            <Parts.Group key={group[0]?.id ?? index}>
              {index > 0 ? <Parts.Separator className="menu-line" /> : null}
              {group.map((entry) => (
                <Parts.Item
                  key={entry.id}
                  className="menu-item"
                  data-tone={entry.tone ?? 'plain'}
                  disabled={entry.isDisabled ?? false}
                  onSelect={() => {
                    // After the menu has given the keyboard back: actions move it elsewhere.
                    setTimeout(entry.run)
                  }}
                >
                  <MenuEntryBody entry={entry} hasTicks={hasTicks} />
                </Parts.Item>
              ))}
            </Parts.Group>
          ))}
        </Parts.Content>
      </Parts.Portal>
    </Parts.Root>
  )
}
