/** What every page of the app uses, built once in main.tsx and passed on. */
import { createContext, useContext } from 'react'
import { Questions } from '../kit/questions'
import { ThemeKeeper } from '../kit/theme'
import { Toasts } from '../kit/toasts'
import { Router } from './router'

export interface Services {
  readonly toasts: Toasts
  readonly questions: Questions
  readonly theme: ThemeKeeper
  readonly router: Router
}

export function createServices(): Services {
  return { toasts: new Toasts(), questions: new Questions(), theme: new ThemeKeeper(), router: new Router() }
}

export const ServicesContext = createContext<Services | null>(null)

export function useServices(): Services {
  const services = useContext(ServicesContext)
  if (services === null) throw new Error('no services above this component')
  return services
}
