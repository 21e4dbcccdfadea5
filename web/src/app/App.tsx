import { lazy, Suspense, useEffect, useState } from 'react'
import { whoAmI } from '../base/notebooks'
import { messageOf, ServerProblem } from '../base/problem'
import { useStore } from '../base/useStore'
import type { Me } from '../contract/messages'
import { HomePage } from '../home/HomePage'
import { QuestionDialog } from '../kit/QuestionDialog'
import { showTips } from '../kit/tips'
import { ToastList } from '../kit/ToastList'
import { MissingPage, SignedOutPage, UnreachablePage } from './MessagePage'
import type { Route } from './router'
import { keptMe, keepMe } from './keptMe'
import { useServices } from './services'

const NotebookPage = lazy(() => import('../notebook/NotebookPage').then((module) => ({ default: module.NotebookPage })))

type SignIn = { kind: 'asking' } | { kind: 'in'; me: Me } | { kind: 'out' } | { kind: 'unreachable'; message: string }

export function App() {
  const { toasts, questions, router } = useServices()
  const route = useStore(router.route)
  const signIn = useSignIn()
  useEffect(() => showTips(document.body), [])
  return (
    <>
      <Suspense fallback={null}>
        <Page route={route} signIn={signIn} />
      </Suspense>
      <QuestionDialog questions={questions} />
      <ToastList toasts={toasts} />
    </>
  )
}

function Page({ route, signIn }: { route: Route; signIn: SignIn }) {
  switch (signIn.kind) {
    case 'asking':
      return null
    case 'out':
      return <SignedOutPage />
    case 'unreachable':
      return <UnreachablePage message={signIn.message} />
    case 'in':
      break
  }
  switch (route.kind) {
    case 'home':
      return <HomePage me={signIn.me} />
    case 'notebook':
      return <NotebookPage key={`${route.id} ${signIn.me.id}`} id={route.id} me={signIn.me} />
    case 'unknown':
      return <MissingPage />
  }
}

/** A browser that knows its user shows the page at once; the server is asked all the same. */
function useSignIn(): SignIn {
  const [signIn, setSignIn] = useState<SignIn>(() => {
    const me = keptMe()
    return me ? { kind: 'in', me } : { kind: 'asking' }
  })
  useEffect(() => {
    whoAmI().then(
      (me) => {
        keepMe(me)
        setSignIn((before) => (before.kind === 'in' && before.me.id === me.id ? before : { kind: 'in', me }))
      },
      (error: unknown) => {
        if (error instanceof ServerProblem && error.code === 'not_signed_in') {
          keepMe(null)
          setSignIn({ kind: 'out' })
        } else {
          setSignIn((before) => (before.kind === 'in' ? before : { kind: 'unreachable', message: messageOf(error) }))
        }
      },
    )
  }, [])
  return signIn
}
