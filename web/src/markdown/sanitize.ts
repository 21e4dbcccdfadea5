/** Makes foreign HTML harmless before it becomes part of the page. */
import DOMPurify from 'dompurify'

const FORBIDDEN = [
  'style',
  'form',
  'input',
  'button',
  'select',
  'textarea',
  'option',
  'dialog',
  'iframe',
  'object',
  'embed',
]

/** HTML without scripts, styles, forms and handlers; links open in a new tab. */
export function cleanHtml(html: string): DocumentFragment {
  const fragment = DOMPurify.sanitize(html, {
    RETURN_DOM_FRAGMENT: true,
    FORBID_TAGS: FORBIDDEN,
    // `name` and `id` could shadow properties of the page's own document.
    SANITIZE_NAMED_PROPS: true,
    ADD_ATTR: ['target'],
  })
  // Links are also the areas of a picture, and in an SVG those with an address of the old spelling.
  for (const link of fragment.querySelectorAll('a, area')) {
    const address = link.getAttribute('href') ?? link.getAttribute('xlink:href')
    if (address === null || address.startsWith('#')) continue
    link.setAttribute('target', '_blank')
    link.setAttribute('rel', 'noopener noreferrer')
  }
  return fragment
}
