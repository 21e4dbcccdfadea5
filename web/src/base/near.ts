/**
 * Options of an observer that tells what comes within `distance` of the screen, above and below.
 *
 * The page scrolls in a box: what the box cuts off is reached by `scrollMargin`, which TypeScript does not know yet.
 */
export function nearScreen(distance: string): IntersectionObserverInit & { scrollMargin: string } {
  return { rootMargin: `${distance} 0px`, scrollMargin: `${distance} 0px` }
}
