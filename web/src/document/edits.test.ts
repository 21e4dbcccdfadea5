import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { convertCell, deleteCell, insertCell, moveCell } from './edits'
import { NotebookDocument } from './notebook'

function notebookOf(count: number): { notebook: NotebookDocument; ids: string[] } {
  const notebook = new NotebookDocument()
  const ids = Array.from({ length: count }, (_, index) => insertCell(notebook, 'code', index, `cell ${index}`))
  return { notebook, ids }
}

function meet(a: NotebookDocument, b: NotebookDocument): void {
  Y.applyUpdate(a.doc, Y.encodeStateAsUpdate(b.doc))
  Y.applyUpdate(b.doc, Y.encodeStateAsUpdate(a.doc))
}

test('cells stand in the order in which they were put', () => {
  const { notebook, ids } = notebookOf(3)
  const between = insertCell(notebook, 'markdown', 1)
  const first = insertCell(notebook, 'code', 0)
  expect(notebook.order.get()).toEqual([first, ids[0], between, ids[1], ids[2]])
  expect(notebook.cell(between)?.type).toBe('markdown')
})

test('a cell moves up and down', () => {
  const { notebook, ids } = notebookOf(4)
  const [a, b, c, d] = ids
  moveCell(notebook, d ?? '', 0)
  expect(notebook.order.get()).toEqual([d, a, b, c])
  moveCell(notebook, d ?? '', 2)
  expect(notebook.order.get()).toEqual([a, b, d, c])
  moveCell(notebook, a ?? '', 99)
  expect(notebook.order.get()).toEqual([b, d, c, a])
})

test('text typed by another while a cell moves is kept', () => {
  const { notebook, ids } = notebookOf(3)
  const other = new NotebookDocument()
  meet(notebook, other)
  moveCell(notebook, ids[0] ?? '', 2)
  other.cell(ids[0] ?? '')?.source.insert(0, 'typed ')
  meet(notebook, other)
  expect(notebook.cell(ids[0] ?? '')?.source.toJSON()).toBe('typed cell 0')
  expect(other.order.get()).toEqual(notebook.order.get())
})

test('two who insert at the same place see the same order, and a cell fits between their equal keys', () => {
  const { notebook, ids } = notebookOf(2)
  const other = new NotebookDocument()
  meet(notebook, other)
  const mine = insertCell(notebook, 'code', 1)
  const theirs = insertCell(other, 'code', 1)
  meet(notebook, other)
  expect(other.order.get()).toEqual(notebook.order.get())
  const twins = [mine, theirs].sort()
  const middle = insertCell(notebook, 'code', 2)
  expect(notebook.order.get()).toEqual([ids[0], twins[0], middle, twins[1], ids[1]])
})

test('undo brings a deleted cell back with its text', () => {
  const { notebook, ids } = notebookOf(2)
  deleteCell(notebook, ids[0] ?? '')
  expect(notebook.order.get()).toEqual([ids[1]])
  notebook.cellUndo.undo()
  expect(notebook.order.get()).toEqual(ids)
  expect(notebook.cell(ids[0] ?? '')?.source.toJSON()).toBe('cell 0')
})

test('undo of cell edits leaves typing alone', () => {
  const { notebook, ids } = notebookOf(1)
  convertCell(notebook, ids[0] ?? '', 'markdown')
  notebook.cell(ids[0] ?? '')?.source.insert(0, 'typed ')
  notebook.cellUndo.undo()
  expect(notebook.cell(ids[0] ?? '')?.type).toBe('code')
  expect(notebook.cell(ids[0] ?? '')?.source.toJSON()).toBe('typed cell 0')
})

test('the order is told only when it changes', () => {
  const { notebook, ids } = notebookOf(2)
  let told = 0
  notebook.order.subscribe(() => told++)
  notebook.cell(ids[0] ?? '')?.source.insert(0, 'typed ')
  expect(told).toBe(0)
})
