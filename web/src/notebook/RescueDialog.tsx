import { useState } from 'react'
import { Button } from '../kit/Button'
import { Dialog } from '../kit/Dialog'
import { forgetRescued, readRescued } from '../live/rescue'
import { useSession } from './context'

/** Offers the text of a document that the server has replaced while this page held unsent changes. */
export function RescueDialog() {
  const { id, toasts } = useSession()
  const [text, setText] = useState(() => readRescued(id))
  if (text === null) return null
  const close = (): void => {
    forgetRescued(id)
    setText(null)
  }
  return (
    <Dialog title="Your unsent text" size="wide" onClose={close}>
      <p className="dialog-text">
        This notebook was replaced on the server while you were offline. Here is your copy, with the changes that had
        not been sent. Take from it what you need.
      </p>
      <textarea className="rescue-text" readOnly value={text} aria-label="Your copy of the notebook's text" />
      <div className="dialog-buttons">
        <Button
          look="line"
          icon="copy"
          onClick={() => {
            void navigator.clipboard.writeText(text).then(() => toasts.tell('Copied.'))
          }}
        >
          Copy
        </Button>
        <Button look="main" onClick={close}>
          Done
        </Button>
      </div>
    </Dialog>
  )
}
