/** Cuts formulas out of Markdown before it is rendered: their backslashes and underscores are none of Markdown's. */

export interface Formula {
  tex: string
  isDisplay: boolean
}

// Code first, so that dollars in it stay; then $$…$$, \[…\], \(…\), environments, and $…$ that hugs its text.
const TOKENS =
  /(```[\s\S]*?```|~~~[\s\S]*?~~~|``[\s\S]*?``|`[^`\n]*`)|\$\$([\s\S]+?)\$\$|\\\[([\s\S]+?)\\\]|\\\(([\s\S]+?)\\\)|(\\begin\{([a-zA-Z]+\*?)\}[\s\S]+?\\end\{\6\})|(\\\$)|\$(?![\s$])((?:[^$\\\n]|\\[\s\S]|\n(?!\n))+?)(?<!\s)\$(?!\d)/g

/** Markdown with a placeholder for each formula, and the formulas. */
export function cutMath(markdown: string): { text: string; formulas: Formula[] } {
  const formulas: Formula[] = []
  const keep = (tex: string, isDisplay: boolean): string => {
    formulas.push({ tex, isDisplay })
    return placeholder(formulas.length - 1)
  }
  const text = markdown.replace(
    TOKENS,
    (
      all: string,
      code?: string,
      dollars?: string,
      brackets?: string,
      parentheses?: string,
      environment?: string,
      _name?: string,
      escaped?: string,
      inline?: string,
    ) => {
      if (code !== undefined || escaped !== undefined) return all
      if (dollars !== undefined) return keep(dollars, true)
      if (brackets !== undefined) return keep(brackets, true)
      if (environment !== undefined) return keep(environment, true)
      return keep(parentheses ?? inline ?? '', false)
    },
  )
  return { text, formulas }
}

/** Finds the placeholders in rendered text. */
export const PLACEHOLDER = /\uE000(\d+)\uE001/g

function placeholder(index: number): string {
  return `\uE000${index}\uE001`
}
