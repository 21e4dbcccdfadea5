import { useServices } from '../app/services'
import { useStore } from '../base/useStore'
import { IconButton } from '../kit/Button'
import { Menu, type MenuGroups } from '../kit/Menu'
import type { ThemeChoice } from '../kit/theme'

const CHOICES: readonly { choice: ThemeChoice; label: string }[] = [
  { choice: 'light', label: 'Light theme' },
  { choice: 'dark', label: 'Dark theme' },
  { choice: 'system', label: 'Theme of the system' },
]

export function ThemeButton() {
  const { theme } = useServices()
  const chosen = useStore(theme.choice)
  const shown = useStore(theme.shown)
  const groups: MenuGroups = [
    CHOICES.map(({ choice, label }) => ({
      id: choice,
      label,
      isTicked: choice === chosen,
      run: () => theme.choose(choice),
    })),
  ]
  return (
    <Menu groups={groups}>
      <IconButton icon={shown === 'dark' ? 'moon' : 'sun'} label="Theme" />
    </Menu>
  )
}
