/** Draws one output. Scripts run here, and reach only this frame. */
import { ANSI_START, readAnsi } from '../src/outputs/ansi'
import { appendRuns } from '../src/outputs/ansiDom'
import { plainHtml } from '../src/outputs/bundles'
import { StreamPane } from '../src/outputs/streamPane'
import type { FrameDisplay, FrameOutput } from './messages'

/** Returns the pane of a stream, which takes further text. */
export async function draw(host: HTMLElement, output: FrameOutput): Promise<StreamPane | null> {
  switch (output.type) {
    case 'stream': {
      const text = add(host, 'pre', 'stream')
      const pane = new StreamPane(text, null)
      pane.update(output)
      return pane
    }
    case 'error':
      drawAnsi(add(host, 'pre', 'traceback'), output.traceback.join('\n'))
      return null
    case 'truncated':
      add(host, 'div', 'output-note').textContent = `${output.count} more outputs are not shown.`
      return null
    case 'display':
      await drawDisplay(host, output)
      return null
  }
}

async function drawDisplay(host: HTMLElement, { mime, value }: FrameDisplay): Promise<void> {
  switch (mime) {
    case 'image/png':
    case 'image/jpeg':
    case 'image/gif':
    case 'image/webp':
    case 'image/svg+xml': {
      const image = document.createElement('img')
      image.src = typeof value === 'string' ? imageUrl(mime, value) : URL.createObjectURL(value)
      host.append(image)
      return
    }
    case 'text/html':
      return drawHtml(host, await textOf(value))
    case 'application/javascript': {
      // Jupyter's word for the place that the script may draw into.
      Object.assign(window, { element: host })
      return runScript(host, await textOf(value), null)
    }
    case 'text/markdown':
    case 'text/latex': {
      const { renderMarkdown } = await import('../src/markdown/render')
      renderMarkdown(host, await textOf(value))
      return
    }
    case 'application/json':
    case 'text/plain':
      drawAnsi(add(host, 'pre', 'plain-text'), await textOf(value))
      return
  }
}

async function drawHtml(host: HTMLElement, html: string): Promise<void> {
  host.classList.add('html-output')
  host.innerHTML = plainHtml(html)
  // Scripts put in as markup do not run: each is replaced by one that does, in order.
  for (const script of [...host.querySelectorAll('script')]) {
    if (script.type !== '' && !/javascript|ecmascript|module/.test(script.type)) continue
    await runScript(null, script.textContent, script)
  }
}

function runScript(host: HTMLElement | null, code: string, from: HTMLScriptElement | null): Promise<void> {
  const script = document.createElement('script')
  for (const { name, value } of from?.attributes ?? []) script.setAttribute(name, value)
  script.async = false
  script.textContent = code
  const isFetched = script.hasAttribute('src')
  const done = new Promise<void>((resolve) => {
    script.onload = script.onerror = () => resolve()
  })
  if (from) from.replaceWith(script)
  else host?.append(script)
  return isFetched ? done : Promise.resolve()
}

function drawAnsi(host: HTMLElement, text: string): void {
  appendRuns(host, readAnsi(text, ANSI_START).runs, null)
}

function add(host: HTMLElement, tag: string, name: string): HTMLElement {
  const element = document.createElement(tag)
  element.className = name
  host.append(element)
  return element
}

function imageUrl(mime: string, value: string): string {
  return mime === 'image/svg+xml'
    ? `data:image/svg+xml;charset=utf-8,${encodeURIComponent(value)}`
    : `data:${mime};base64,${value.trim()}`
}

function textOf(value: string | Blob): Promise<string> {
  return typeof value === 'string' ? Promise.resolve(value) : value.text()
}
