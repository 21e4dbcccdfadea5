/** The output frame: draws what the page sends, in an origin of its own that may reach nothing of the page. */
import '../src/kit/tokens.css'
import '../src/outputs/outputs.css'
import './frame.css'
import { PORT, READY, type FromFrame, type ToFrame } from './messages'
import { OutputList } from './outputList'
import { reportHeight } from './height'

const place = document.getElementById('outputs') ?? document.body
const outputs = new OutputList(place)

function onPort(port: MessagePort): void {
  const send = (message: FromFrame): void => port.postMessage(message)
  const measure = reportHeight(document.body, (height) => send({ kind: 'height', height }))
  port.onmessage = ({ data }: MessageEvent<ToFrame>) => {
    switch (data.kind) {
      case 'show':
        void outputs.show(data.outputs).then(measure)
        break
      case 'theme':
        document.documentElement.dataset['theme'] = data.theme
        break
    }
  }
}

addEventListener('message', (event: MessageEvent<unknown>) => {
  const [port] = event.ports
  if (event.source === parent && event.data === PORT && port) onPort(port)
})
parent.postMessage(READY, '*')
