/** Light, dark, or as the system is. The choice is kept in this browser. */
import { createStore, type Store } from '../base/store'

export type ThemeChoice = 'system' | 'light' | 'dark'
export type Theme = 'light' | 'dark'

const KEY = 'ownlab.theme'

export class ThemeKeeper {
  readonly choice: Store<ThemeChoice>
  /** What is shown now. */
  readonly shown: Store<Theme>
  private readonly system = matchMedia('(prefers-color-scheme: dark)')

  constructor() {
    const kept = localStorage.getItem(KEY)
    this.choice = createStore<ThemeChoice>(kept === 'light' || kept === 'dark' ? kept : 'system')
    this.shown = createStore<Theme>('light')
    this.system.addEventListener('change', () => this.apply())
    this.apply()
  }

  choose(choice: ThemeChoice): void {
    if (choice === 'system') localStorage.removeItem(KEY)
    else localStorage.setItem(KEY, choice)
    this.choice.set(choice)
    this.apply()
  }

  private apply(): void {
    const choice = this.choice.get()
    if (choice === 'system') delete document.documentElement.dataset['theme']
    else document.documentElement.dataset['theme'] = choice
    this.shown.set(choice === 'system' ? (this.system.matches ? 'dark' : 'light') : choice)
  }
}
