/**
 * Draws a stream's text, adding to what is there instead of drawing all of it again.
 *
 * Text is kept in blocks of whole lines, so that the browser lays out only the block that grows.
 */
import type { StreamOutput } from '../contract/messages'
import { ANSI_START, readAnsi, type AnsiState } from './ansi'
import { appendRuns } from './ansiDom'

const BLOCK_CHARACTERS = 8_192
/** Of a long tail that changes many times a second, this much of its end is drawn; the rest when it comes to rest. */
const BRIEF_CHARACTERS = 3_000
const REST_MS = 400

export class StreamPane {
  private readonly host: HTMLElement
  private readonly wholeUrl: string | null
  private head = ''
  private state: AnsiState = ANSI_START
  private block: HTMLElement
  private blockLength = 0
  private readonly tail: HTMLElement
  private shownTail: string | null = null
  private notice: HTMLElement | null = null
  private resting: ReturnType<typeof setTimeout> | undefined
  private readonly onRested: () => void

  /**
   * `wholeUrl`: where the text is in full, for streams that are shown in part. `onRested` is called when the pane has
   * drawn more than its last update did.
   */
  constructor(host: HTMLElement, wholeUrl: string | null, onRested: () => void = () => undefined) {
    this.host = host
    this.wholeUrl = wholeUrl
    this.onRested = onRested
    this.tail = document.createElement('span')
    this.block = this.addBlock()
  }

  update({ text, tail, hidden_bytes }: StreamOutput): void {
    if (!text.startsWith(this.head)) this.restart()
    const isGrown = text.length > this.head.length
    if (isGrown) {
      this.append(text.slice(this.head.length))
      this.head = text
    }
    this.showNotice(hidden_bytes)
    if (isGrown || tail !== this.shownTail) this.showTail(tail, hidden_bytes > 0)
  }

  private append(text: string): void {
    let from = 0
    while (from < text.length) {
      const room = BLOCK_CHARACTERS - this.blockLength
      const end = room > 0 ? endOfLine(text, from + room) : from
      const piece = text.slice(from, end)
      const { runs, state } = readAnsi(piece, this.state)
      appendRuns(this.block, runs, this.tail)
      this.state = state
      this.blockLength += piece.length
      from = end
      if (this.blockLength >= BLOCK_CHARACTERS && (from === 0 || text.charAt(from - 1) === '\n'))
        this.block = this.addBlock()
      else if (this.blockLength >= BLOCK_CHARACTERS) this.blockLength = BLOCK_CHARACTERS - 1
    }
  }

  private addBlock(): HTMLElement {
    const block = document.createElement('div')
    block.className = 'stream-block'
    block.append(this.tail)
    this.host.insertBefore(block, this.notice)
    this.blockLength = 0
    return block
  }

  private showTail(tail: string, isApart: boolean): void {
    const isFirst = this.shownTail === null
    this.shownTail = tail
    clearTimeout(this.resting)
    if (!isApart || isFirst || tail.length <= BRIEF_CHARACTERS) return this.drawTail(tail, isApart)
    this.drawTail(tail.slice(tail.indexOf('\n', tail.length - BRIEF_CHARACTERS) + 1), true)
    this.resting = setTimeout(() => {
      this.drawTail(tail, true)
      this.onRested()
    }, REST_MS)
  }

  private drawTail(tail: string, isApart: boolean): void {
    this.tail.replaceChildren()
    appendRuns(this.tail, readAnsi(tail, isApart ? ANSI_START : this.state).runs, null)
  }

  private showNotice(hiddenBytes: number): void {
    if (hiddenBytes === 0) {
      if (this.notice) this.block.append(this.tail)
      this.notice?.remove()
      this.notice = null
      return
    }
    if (this.notice === null) {
      this.notice = document.createElement('div')
      this.notice.className = 'stream-notice'
      const apart = document.createElement('div')
      apart.className = 'stream-block'
      apart.append(this.tail)
      this.host.append(this.notice, apart)
    }
    this.notice.replaceChildren(`… ${bytesWords(hiddenBytes)} hidden`)
    if (this.wholeUrl !== null) {
      const link = document.createElement('a')
      link.href = this.wholeUrl
      link.target = '_blank'
      link.rel = 'noopener'
      link.textContent = 'open the whole output'
      this.notice.append(' — ', link)
    }
  }

  private restart(): void {
    clearTimeout(this.resting)
    this.host.replaceChildren()
    this.notice = null
    this.shownTail = null
    this.head = ''
    this.state = ANSI_START
    this.block = this.addBlock()
  }
}

/** "812 bytes", "6.6 MB". */
export function bytesWords(bytes: number): string {
  if (bytes < 1_000) return `${bytes} bytes`
  if (bytes < 1_000_000) return `${(bytes / 1_000).toFixed(1)} kB`
  return `${(bytes / 1_000_000).toFixed(1)} MB`
}

function endOfLine(text: string, from: number): number {
  const newline = text.indexOf('\n', Math.max(0, from - 1))
  return newline < 0 ? text.length : newline + 1
}
