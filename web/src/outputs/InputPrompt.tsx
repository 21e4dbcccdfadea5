import { useEffect, useRef, useState } from 'react'
import type { InputWish } from '../runs/runBook'

interface InputPromptProps {
  wish: InputWish
  /** Returns whether the server took it. */
  onAnswer: (value: string) => Promise<boolean>
}

/** The line that `input()` waits for. */
export function InputPrompt({ wish, onAnswer }: InputPromptProps) {
  const [value, setValue] = useState('')
  const [isSending, setSending] = useState(false)
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => {
    field.current?.focus({ preventScroll: false })
  }, [])
  return (
    <form
      className="input-prompt"
      onSubmit={(event) => {
        event.preventDefault()
        setSending(true)
        void onAnswer(value).then((isTaken) => isTaken || setSending(false))
      }}
    >
      <label>
        <span className="input-label">{wish.prompt}</span>
        <input
          ref={field}
          className="input-field"
          type={wish.isPassword ? 'password' : 'text'}
          aria-label={wish.prompt || 'Input for the running cell'}
          autoComplete="off"
          value={value}
          disabled={isSending}
          onChange={(event) => setValue(event.target.value)}
        />
      </label>
    </form>
  )
}
