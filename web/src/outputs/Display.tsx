/** A MIME bundle in the page. */
import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import { messageOf } from '../base/problem'
import type { BlobRef, DisplayOutput } from '../contract/messages'
import { renderMarkdown } from '../markdown/render'
import { AnsiText } from './AnsiText'
import { chooseMime, payloadText, type ShownMime } from './bundles'
import { Html } from './Html'
import { JsonTree } from './JsonTree'
import type { Payloads } from './payloads'
import { Picture } from './Picture'

interface DisplayProps {
  payloads: Payloads
  output: DisplayOutput
}

export function Display({ payloads, output }: DisplayProps) {
  const mime = chooseMime(output)
  if (mime === null) {
    const types = [...Object.keys(output.data), ...Object.keys(output.refs)]
    return types.length === 0 ? null : (
      <div className="output-note">This output can not be shown here: {types.join(', ')}.</div>
    )
  }
  const ref = output.refs[mime]
  if (mime.startsWith('image/')) {
    const inline = ref ? null : payloadText(output.data[mime])
    const url = ref ? payloads.url(ref, mime) : null
    const alt = payloadText(output.data['text/plain']) || 'Output image'
    return <Picture mime={mime} inline={inline} url={url} size={sizeOf(output.metadata[mime])} alt={alt} />
  }
  if (ref) return <Fetched mime={mime} reference={ref} payloads={payloads} />
  return <Shown mime={mime} value={output.data[mime]} />
}

/** A text payload that is kept elsewhere. */
function Fetched({ mime, reference, payloads }: { mime: ShownMime; reference: BlobRef; payloads: Payloads }) {
  const [text, setText] = useState<string | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  useEffect(() => {
    let isGone = false
    payloads.text(reference, mime).then(
      (found) => isGone || setText(found),
      (error: unknown) => isGone || setProblem(messageOf(error)),
    )
    return () => {
      isGone = true
    }
  }, [reference, mime, payloads])
  if (problem !== null) return <div className="output-note">{problem}</div>
  return text === null ? <div className="output-note">Loading…</div> : <Shown mime={mime} value={text} />
}

function Shown({ mime, value }: { mime: ShownMime; value: unknown }) {
  switch (mime) {
    case 'text/html':
      return <Html html={payloadText(value)} />
    case 'text/markdown':
    case 'text/latex':
      return <Markdown source={payloadText(value)} />
    case 'application/json':
      return (
        <div className="json">
          <JsonTree value={typeof value === 'string' ? parsed(value) : value} />
        </div>
      )
    case 'application/javascript':
    case 'image/svg+xml':
    case 'image/png':
    case 'image/jpeg':
    case 'image/gif':
    case 'image/webp':
    case 'text/plain':
      return <AnsiText className="plain-text" text={payloadText(value)} />
  }
}

function Markdown({ source }: { source: string }) {
  const host = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    if (host.current) renderMarkdown(host.current, source)
  }, [source])
  return <div ref={host} className="prose" />
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

function sizeOf(metadata: unknown): { width?: number; height?: number } {
  if (typeof metadata !== 'object' || metadata === null) return {}
  const { width, height } = metadata as { width?: unknown; height?: unknown }
  return { ...(typeof width === 'number' ? { width } : {}), ...(typeof height === 'number' ? { height } : {}) }
}
