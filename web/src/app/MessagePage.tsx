/** Whole pages that only say something. */
import type { ReactNode } from 'react'
import { Button } from '../kit/Button'
import { Logo } from '../kit/Icon'

interface MessagePageProps {
  title: string
  children: ReactNode
}

function MessagePage({ title, children }: MessagePageProps) {
  return (
    <main className="message-page">
      <Logo size={56} />
      <h1>{title}</h1>
      {children}
    </main>
  )
}

export function SignedOutPage() {
  return (
    <MessagePage title="Sign in with the link">
      <p>
        OwnLab prints a link that signs this browser in when it starts. Open that link; it looks like
        <code>{location.origin}/signin?token=…</code>
      </p>
      <p>
        It works once. For a fresh one, run this on the machine where OwnLab runs:
        <code>ownlab link</code>
      </p>
      <Button look="line" onClick={() => location.reload()}>
        I have signed in
      </Button>
    </MessagePage>
  )
}

export function MissingPage() {
  return (
    <MessagePage title="This notebook is not here">
      <p>It was deleted, or the address is not right.</p>
      <Button look="main" onClick={() => location.assign('/')}>
        All notebooks
      </Button>
    </MessagePage>
  )
}

export function RefusedPage({ message }: { message: string }) {
  return (
    <MessagePage title="This notebook can not be opened">
      <p>{message}</p>
      <Button look="main" onClick={() => location.assign('/')}>
        All notebooks
      </Button>
    </MessagePage>
  )
}

export function UnreachablePage({ message }: { message: string }) {
  return (
    <MessagePage title="OwnLab does not answer">
      <p>{message}</p>
      <Button look="main" onClick={() => location.reload()}>
        Try again
      </Button>
    </MessagePage>
  )
}
