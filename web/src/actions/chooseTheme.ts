import type { ThemeChoice } from '../kit/theme'
import type { Action } from './action'

function chooseTheme(choice: ThemeChoice, label: string): Action {
  return {
    id: `theme-${choice}`,
    label,
    isTicked: ({ services }) => services.theme.choice.get() === choice,
    run: ({ services }) => services.theme.choose(choice),
  }
}

export const themeLight = chooseTheme('light', 'Light theme')
export const themeDark = chooseTheme('dark', 'Dark theme')
export const themeSystem = chooseTheme('system', 'Theme of the system')
