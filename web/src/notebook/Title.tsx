import { useEffect, useRef, useState } from 'react'
import { withoutEnding } from '../base/notebooks'
import { useStore } from '../base/useStore'
import { useSession } from './context'

/** The notebook's name. A double click or F2 changes it; the ending stays. */
export function Title() {
  const session = useSession()
  const title = useStore(session.title)
  const isRenaming = useStore(session.view.isRenaming)
  useEffect(() => {
    document.title = title === '' ? 'OwnLab' : `${withoutEnding(title)} – OwnLab`
    return () => {
      document.title = 'OwnLab'
    }
  }, [title])
  if (isRenaming) return <TitleField title={title} />
  return (
    <h1 className="title">
      <button
        type="button"
        className="title-text"
        data-testid="title"
        data-tip="Double-click or press F2 to rename"
        onDoubleClick={() => session.view.isRenaming.set(true)}
        onKeyDown={({ key }) => key === 'Enter' && session.view.isRenaming.set(true)}
      >
        {title === '' ? '…' : title}
      </button>
    </h1>
  )
}

function TitleField({ title }: { title: string }) {
  const session = useSession()
  const [draft, setDraft] = useState(title)
  const field = useRef<HTMLInputElement>(null)
  const isGivenUp = useRef(false)
  useEffect(() => {
    field.current?.focus()
    field.current?.setSelectionRange(0, withoutEnding(title).length)
  }, [title])
  const close = (): void => {
    session.view.isRenaming.set(false)
    if (!isGivenUp.current) void session.rename(draft)
  }
  return (
    <input
      ref={field}
      className="title-field"
      data-testid="title-field"
      aria-label="Notebook title"
      value={draft}
      size={Math.max(12, draft.length)}
      onChange={(event) => setDraft(event.target.value)}
      onBlur={close}
      onKeyDown={(event) => {
        if (event.key === 'Escape') isGivenUp.current = true
        if (event.key === 'Escape' || event.key === 'Enter') field.current?.blur()
      }}
    />
  )
}
