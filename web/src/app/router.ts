/** Which page the address names. */
import { createStore, type Store } from '../base/store'

export type Route = { kind: 'home' } | { kind: 'notebook'; id: string } | { kind: 'unknown' }

export function routeOf(path: string): Route {
  if (path === '/' || path === '') return { kind: 'home' }
  const id = /^\/notebooks\/([A-Za-z0-9_-]+)\/?$/.exec(path)?.[1]
  return id === undefined ? { kind: 'unknown' } : { kind: 'notebook', id }
}

export function notebookAddress(id: string): string {
  return `/notebooks/${encodeURIComponent(id)}`
}

export class Router {
  readonly route: Store<Route> = createStore(routeOf(location.pathname))

  constructor() {
    addEventListener('popstate', () => this.route.set(routeOf(location.pathname)))
  }

  go(path: string): void {
    history.pushState(null, '', path)
    this.route.set(routeOf(path))
    scrollTo(0, 0)
  }
}
