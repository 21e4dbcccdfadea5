/** Formulas; loaded when the first one is to be drawn. */
import katex from 'katex'
import 'katex/dist/katex.min.css'
import type { Formula } from './math'

export function drawFormula(element: HTMLElement, { tex, isDisplay }: Formula): void {
  katex.render(tex, element, { displayMode: isDisplay, throwOnError: false, trust: false, strict: 'ignore' })
}
