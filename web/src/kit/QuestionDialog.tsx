import { useStore } from '../base/useStore'
import { Button } from './Button'
import { Dialog } from './Dialog'
import type { Questions } from './questions'

export function QuestionDialog({ questions }: { questions: Questions }) {
  const open = useStore(questions.open)
  if (!open) return null
  const { question, answer } = open
  return (
    <Dialog title={question.title} onClose={() => answer(false)}>
      <p className="dialog-text">{question.text}</p>
      <div className="dialog-buttons">
        <Button onClick={() => answer(false)}>Cancel</Button>
        <Button look={question.tone === 'bad' ? 'danger' : 'main'} autoFocus onClick={() => answer(true)}>
          {question.yes}
        </Button>
      </div>
    </Dialog>
  )
}
