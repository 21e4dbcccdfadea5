import { useStore } from '../base/useStore'
import { Button, IconButton } from './Button'
import { Icon } from './Icon'
import type { Toasts } from './toasts'

export function ToastList({ toasts }: { toasts: Toasts }) {
  const shown = useStore(toasts.shown)
  return (
    <div className="toasts" role="status" aria-live="polite">
      {shown.map(({ id, text, tone, action }) => (
        <div key={id} className="toast" data-tone={tone} role={tone === 'bad' ? 'alert' : undefined}>
          {tone === 'bad' ? (
            <span className="toast-mark">
              <Icon name="error" />
            </span>
          ) : null}
          <span className="toast-text">{text}</span>
          {action ? (
            <Button
              onClick={() => {
                toasts.dismiss(id)
                action.run()
              }}
            >
              {action.label}
            </Button>
          ) : null}
          <IconButton icon="close" label="Close" size={18} onClick={() => toasts.dismiss(id)} />
        </div>
      ))}
    </div>
  )
}
