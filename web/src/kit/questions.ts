/** Asks the user before something that can not be taken back. */
import { createStore } from '../base/store'

export interface Question {
  title: string
  text: string
  yes: string
  tone?: 'plain' | 'bad'
}

export class Questions {
  readonly open = createStore<{ question: Question; answer: (isYes: boolean) => void } | null>(null)

  /** Resolves with whether the user agreed. */
  ask(question: Question): Promise<boolean> {
    return new Promise((resolve) => {
      this.open.set({
        question,
        answer: (isYes) => {
          this.open.set(null)
          resolve(isYes)
        },
      })
    })
  }
}
