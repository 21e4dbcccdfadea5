import { insertCodeCell } from '../actions/insertCodeCell'
import { insertTextCell } from '../actions/insertTextCell'
import { runAll } from '../actions/runAll'
import { Button } from '../kit/Button'
import { ConnectButton } from './ConnectButton'
import { useAct } from './context'

export function Toolbar() {
  const { act } = useAct()
  return (
    <div className="toolbar" role="toolbar" aria-label="Notebook">
      <Button
        icon="add"
        data-tip="Add a code cell below the selected one"
        aria-label="Add code cell"
        onClick={() => act(insertCodeCell)}
      >
        Code
      </Button>
      <Button
        icon="add"
        data-tip="Add a text cell below the selected one"
        aria-label="Add text cell"
        onClick={() => act(insertTextCell)}
      >
        Text
      </Button>
      <span className="toolbar-line" />
      <Button icon="runAll" data-tip="Run all cells (Ctrl+F9)" aria-label="Run all" onClick={() => act(runAll)}>
        <span className="wide-only">Run all</span>
      </Button>
      <ConnectButton />
    </div>
  )
}
