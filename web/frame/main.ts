/** The output frame: draws what the page sends, in an origin of its own that may reach nothing of the page. */
import '../src/kit/tokens.css'
import '../src/outputs/outputs.css'
import './frame.css'
import { PORT, READY, type FromFrame, type ToFrame } from './messages'
import { OutputList } from './outputList'
import { reportHeight } from './height'

const host = document.getElementById('outputs')
if (host === null) throw new Error('the frame has no place for outputs')
const outputs = new OutputList(host)

function onPort(port: MessagePort): void {
  const send = (message: FromFrame): void => port.postMessage(message)
  port.onmessage = ({ data }: MessageEvent<ToFrame>) => {
    switch (data.kind) {
      case 'show':
        outputs.show(data.outputs)
        break
      case 'theme':
        document.documentElement.dataset['theme'] = data.theme
        break
    }
  }
  if (host) reportHeight(host, (height) => send({ kind: 'height', height }))
}

addEventListener('message', (event: MessageEvent<unknown>) => {
  const [port] = event.ports
  if (event.source === parent && event.data === PORT && port) onPort(port)
})
parent.postMessage(READY, '*')
