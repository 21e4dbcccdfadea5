/** Short messages at the foot of the page. */
import { createStore } from '../base/store'

export interface Toast {
  id: number
  text: string
  tone: 'plain' | 'bad'
  action?: { label: string; run: () => void }
}

const PLAIN_MS = 5_000
const BAD_MS = 10_000

export class Toasts {
  readonly shown = createStore<readonly Toast[]>([])
  private nextId = 1

  tell(text: string, action?: Toast['action']): void {
    this.show({ id: this.nextId++, text, tone: 'plain', ...(action ? { action } : {}) }, PLAIN_MS)
  }

  fail(text: string): void {
    if (this.shown.get().some((toast) => toast.text === text)) return
    this.show({ id: this.nextId++, text, tone: 'bad' }, BAD_MS)
  }

  dismiss(id: number): void {
    this.shown.update((toasts) => toasts.filter((toast) => toast.id !== id))
  }

  private show(toast: Toast, ms: number): void {
    this.shown.update((toasts) => [...toasts.slice(-2), toast])
    setTimeout(() => {
      this.dismiss(toast.id)
    }, ms)
  }
}
