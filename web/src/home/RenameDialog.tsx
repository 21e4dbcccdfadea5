import { useState } from 'react'
import { withoutEnding } from '../base/notebooks'
import { Button } from '../kit/Button'
import { Dialog } from '../kit/Dialog'

interface RenameDialogProps {
  title: string
  onRename: (title: string) => void
  onClose: () => void
}

export function RenameDialog({ title, onRename, onClose }: RenameDialogProps) {
  const [draft, setDraft] = useState(withoutEnding(title))
  return (
    <Dialog title="Rename notebook" onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          onRename(draft)
          onClose()
        }}
      >
        <input
          className="field"
          aria-label="New title"
          value={draft}
          autoFocus
          onFocus={(event) => event.target.select()}
          onChange={(event) => setDraft(event.target.value)}
        />
        <div className="dialog-buttons">
          <Button onClick={onClose}>Cancel</Button>
          <Button look="main" type="submit" disabled={draft.trim() === ''}>
            Rename
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
