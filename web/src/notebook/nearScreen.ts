/** Tells elements when they come near the screen, or when the page has time for them. */
import { nearScreen } from '../base/near'

const NEAR = '1500px'
const PER_PAUSE = 8

export class NearScreen {
  private readonly waiting = new Map<Element, () => void>()
  private readonly observer = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) if (isIntersecting) this.call(target)
  }, nearScreen(NEAR))
  private pause = 0

  /** Calls `show` once, unless the returned function was called before. */
  watch(element: Element, show: () => void): () => void {
    this.waiting.set(element, show)
    this.observer.observe(element)
    this.plan()
    return () => this.forget(element)
  }

  close(): void {
    this.observer.disconnect()
    this.waiting.clear()
    cancelPause(this.pause)
  }

  private call(element: Element): void {
    const show = this.waiting.get(element)
    this.forget(element)
    show?.()
  }

  private forget(element: Element): void {
    this.waiting.delete(element)
    this.observer.unobserve(element)
  }

  private plan(): void {
    if (this.pause !== 0 || this.waiting.size === 0) return
    this.pause = requestPause(() => {
      this.pause = 0
      for (const element of [...this.waiting.keys()].slice(0, PER_PAUSE)) this.call(element)
      this.plan()
    })
  }
}

// Safari has no idle callbacks.
function requestPause(run: () => void): number {
  return 'requestIdleCallback' in window ? requestIdleCallback(run, { timeout: 2_000 }) : Number(setTimeout(run, 200))
}

function cancelPause(pause: number): void {
  if ('cancelIdleCallback' in window) cancelIdleCallback(pause)
  else clearTimeout(pause)
}
