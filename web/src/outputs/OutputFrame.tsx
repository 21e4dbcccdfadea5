/**
 * A cell's outputs in a frame of an origin of its own: scripts run there and reach nothing of the page.
 *
 * The frame is made when the cell comes near the screen. It is given a port once, at its first greeting: a document
 * that the frame navigates to later gets none, and hears nothing.
 */
import { useEffect, useRef, useState } from 'react'
import { PORT, READY, type FrameOutput, type FromFrame, type ToFrame } from '../../frame/messages'
import { nearScreen } from '../base/near'
import { messageOf } from '../base/problem'
import { useStore } from '../base/useStore'
import type { Output } from '../contract/messages'
import { useServices } from '../app/services'
import { chooseMime, isDisplay, payloadText } from './bundles'
import type { Payloads } from './payloads'

const SANDBOX = 'allow-scripts allow-popups allow-downloads allow-forms allow-modals'
const MOST_HEIGHT = 4_000
const NEAR = '1200px'

interface OutputFrameProps {
  payloads: Payloads
  outputs: readonly Output[]
}

export function OutputFrame({ payloads, outputs }: OutputFrameProps) {
  const { theme } = useServices()
  const shownTheme = useStore(theme.shown)
  const host = useRef<HTMLDivElement>(null)
  const frame = useRef<HTMLIFrameElement>(null)
  const [isNear, setNear] = useState(false)
  const [port, setPort] = useState<MessagePort | null>(null)
  const [height, setHeight] = useState<number | null>(null)

  useEffect(() => {
    const element = host.current
    if (!element) return
    const observer = new IntersectionObserver((entries) => {
      if (entries.some((entry) => entry.isIntersecting)) setNear(true)
    }, nearScreen(NEAR))
    observer.observe(element)
    return () => observer.disconnect()
  }, [])

  useEffect(() => {
    if (!isNear) return
    let own: MessagePort | null = null
    const onMessage = (event: MessageEvent<unknown>): void => {
      const inner = frame.current?.contentWindow
      if (own !== null || !inner || event.source !== inner || event.data !== READY) return
      const channel = new MessageChannel()
      own = channel.port1
      own.onmessage = ({ data }: MessageEvent<unknown>) => {
        if (isHeight(data)) setHeight(Math.min(Math.max(0, data.height), MOST_HEIGHT))
      }
      // The frame's origin is opaque and has no name: "*" is the only target that reaches it.
      inner.postMessage(PORT, '*', [channel.port2])
      setPort(own)
    }
    addEventListener('message', onMessage)
    return () => {
      removeEventListener('message', onMessage)
      own?.close()
    }
  }, [isNear])

  useEffect(() => send(port, { kind: 'theme', theme: shownTheme }), [port, shownTheme])

  useEffect(() => {
    if (!port) return
    let isStale = false
    void Promise.all(outputs.map((output) => forFrame(payloads, output))).then((ready) => {
      if (!isStale) send(port, { kind: 'show', outputs: ready.filter((output) => output !== null) })
    })
    return () => {
      isStale = true
    }
  }, [port, outputs, payloads])

  return (
    <div ref={host} className="output-frame" style={{ height: height ?? 40 }}>
      {isNear ? (
        <iframe
          ref={frame}
          src="/frame/"
          title="Output of the cell"
          sandbox={SANDBOX}
          referrerPolicy="no-referrer"
          style={{ colorScheme: shownTheme }}
        />
      ) : null}
    </div>
  )
}

function send(port: MessagePort | null, message: ToFrame): void {
  port?.postMessage(message)
}

function isHeight(data: unknown): data is FromFrame {
  return (
    typeof data === 'object' &&
    data !== null &&
    'kind' in data &&
    data.kind === 'height' &&
    'height' in data &&
    typeof data.height === 'number' &&
    Number.isFinite(data.height)
  )
}

/** Resolves references, for which the frame has no right. A bundle of unknown types is left out. */
async function forFrame(payloads: Payloads, output: Output): Promise<FrameOutput | null> {
  if (!isDisplay(output)) return output
  const mime = chooseMime(output)
  if (mime === null) return null
  const ref = output.refs[mime]
  if (!ref) return { type: 'display', mime, value: payloadText(output.data[mime]) }
  try {
    return { type: 'display', mime, value: await payloads.blob(ref, mime) }
  } catch (error) {
    return { type: 'display', mime: 'text/plain', value: messageOf(error) }
  }
}
