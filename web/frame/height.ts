/**
 * Tells the height that the content wants, at most once a frame and only when it changed.
 *
 * Returns a function that measures at once: a frame off the screen is not drawn, and nothing is observed there.
 */
export function reportHeight(host: HTMLElement, report: (height: number) => void): () => void {
  let last = -1
  let isPlanned = false
  const measure = (): void => {
    isPlanned = false
    const height = Math.ceil(host.getBoundingClientRect().height)
    if (height !== last) report((last = height))
  }
  // The host's own box, never the viewport: the page sets the viewport from what is told here.
  new ResizeObserver(() => {
    if (isPlanned) return
    isPlanned = true
    requestAnimationFrame(measure)
  }).observe(host)
  return measure
}
