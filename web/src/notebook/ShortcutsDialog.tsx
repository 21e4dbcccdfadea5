import { Fragment } from 'react'
import { isMac, keysWords } from '../actions/keys'
import { KEY_ACTIONS } from '../actions/menus'
import { Dialog } from '../kit/Dialog'

export function ShortcutsDialog({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title="Keyboard shortcuts" size="wide" onClose={onClose}>
      <dl className="shortcuts">
        {KEY_ACTIONS.map(({ id, label, title, keys = [] }) => (
          <Fragment key={id}>
            <dt>{title ?? label}</dt>
            <dd>
              {keysWords(keys[0] ?? '', isMac())
                .split(' ')
                .map((word, index) => (
                  <kbd key={index}>{word}</kbd>
                ))}
            </dd>
          </Fragment>
        ))}
      </dl>
    </Dialog>
  )
}
