import { expect, test } from 'vitest'
import type { DisplayOutput } from '../contract/messages'
import { chooseMime, htmlRefs, needsFrame } from './bundles'

function display(data: Record<string, unknown>, refs: DisplayOutput['refs'] = {}): DisplayOutput {
  return { type: 'display_data', data, refs, metadata: {}, execution_count: null }
}

const unknown = () => undefined

test('the richest type that the page knows is chosen, also by reference', () => {
  expect(chooseMime(display({ 'text/plain': 'x', 'image/png': '' }))).toBe('image/png')
  expect(chooseMime(display({ 'text/plain': 'x' }, { 'text/html': { blob: 'ab', bytes: 9 } }))).toBe('text/html')
  expect(chooseMime(display({ 'application/x-unknown': 'x', 'text/plain': 'x' }))).toBe('text/plain')
  expect(chooseMime(display({ 'application/x-unknown': 'x' }))).toBeNull()
})

test('a pandas table stays in the page', () => {
  const table =
    '<div>\n<style scoped>\n .dataframe tbody { x: y }\n</style>\n<table border="1" class="dataframe"></table></div>'
  expect(needsFrame([display({ 'text/html': table })], unknown)).toBe(false)
})

test.each([
  '<script>1</script>',
  '<style>body { display: none }</style>',
  '<img src=x onerror="alert(1)">',
  '<a href="javascript:alert(1)">x</a>',
  '<iframe src="https://example.org"></iframe>',
  '<form action="/api/notebooks"></form>',
  '< script>1</script>',
])('%s goes to the frame', (html) => {
  expect(needsFrame([display({ 'text/html': html })], unknown)).toBe(true)
})

test('scripts go to the frame', () => {
  expect(needsFrame([display({ 'application/javascript': '1' })], unknown)).toBe(true)
})

test('HTML that is kept elsewhere is decided when it is known', () => {
  const outputs = [display({}, { 'text/html': { blob: 'ab', bytes: 9 } })]
  expect(htmlRefs(outputs)).toEqual([{ blob: 'ab', bytes: 9 }])
  expect(needsFrame(outputs, unknown)).toBeNull()
  expect(needsFrame(outputs, () => false)).toBe(false)
  expect(needsFrame(outputs, () => true)).toBe(true)
  expect(needsFrame([...outputs, display({ 'application/javascript': '1' })], unknown)).toBe(true)
})
