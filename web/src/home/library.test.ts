import { expect, test } from 'vitest'
import type { NotebookItem } from '../contract/messages'
import { matching } from './library'

const item = (title: string): NotebookItem => ({
  id: title,
  title,
  created_at: '',
  modified_at: '',
  opened_at: null,
  running: false,
})

test('a search finds the titles that hold all its words, in any order and case', () => {
  const items = ['Perceptron in NumPy.ipynb', 'NumPy basics.ipynb', 'Untitled.ipynb'].map(item)
  const found = (search: string) => matching(items, search).map(({ title }) => title)
  expect(found('')).toHaveLength(3)
  expect(found('numpy')).toEqual(['Perceptron in NumPy.ipynb', 'NumPy basics.ipynb'])
  expect(found('numpy PERC')).toEqual(['Perceptron in NumPy.ipynb'])
  expect(found('torch')).toEqual([])
})
