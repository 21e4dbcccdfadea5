/** Keeps the drawn outputs in step with those that the page sends; what has not changed is not drawn again. */
import { StreamPane } from '../src/outputs/streamPane'
import type { FrameOutput } from './messages'
import { draw } from './draw'

interface Drawn {
  output: FrameOutput
  element: HTMLElement
  pane: StreamPane | null
}

export class OutputList {
  private readonly host: HTMLElement
  private drawn: Drawn[] = []
  /** Scripts of one output end before the next output is drawn: it may build upon them. */
  private work: Promise<void> = Promise.resolve()

  constructor(host: HTMLElement) {
    this.host = host
  }

  /** Resolves when these outputs are drawn. */
  show(outputs: readonly FrameOutput[]): Promise<void> {
    this.work = this.work.then(() => this.follow(outputs))
    return this.work
  }

  private async follow(outputs: readonly FrameOutput[]): Promise<void> {
    let kept = 0
    while (kept < outputs.length && this.keep(kept, outputs[kept])) kept++
    for (const { element } of this.drawn.splice(kept)) element.remove()
    for (const output of outputs.slice(kept)) await this.add(output)
  }

  private keep(index: number, output: FrameOutput | undefined): boolean {
    const drawn = this.drawn[index]
    if (!drawn || !output) return false
    if (drawn.pane && output.type === 'stream') {
      drawn.pane.update(output)
      drawn.output = output
      return true
    }
    return isSame(drawn.output, output)
  }

  private async add(output: FrameOutput): Promise<void> {
    const element = document.createElement('div')
    element.className = 'output'
    this.host.append(element)
    const drawn: Drawn = { output, element, pane: null }
    this.drawn.push(drawn)
    try {
      drawn.pane = await draw(element, output)
    } catch (error) {
      element.textContent = `This output could not be shown: ${String(error)}`
    }
  }
}

function isSame(a: FrameOutput, b: FrameOutput): boolean {
  if (a.type === 'display' && b.type === 'display') return a.mime === b.mime && a.value === b.value
  return JSON.stringify(a) === JSON.stringify(b)
}
