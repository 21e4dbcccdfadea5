/** The notebooks of the signed-in user, over HTTP. Answers have the shapes of the contract. */
import type { Me, NotebookItem } from '../contract/messages'
import { call } from './http'

export async function whoAmI(): Promise<Me> {
  return (await call('GET', '/api/me')) as Me
}

export async function listNotebooks(): Promise<NotebookItem[]> {
  return ((await call('GET', '/api/notebooks')) as { notebooks: NotebookItem[] }).notebooks
}

export async function createNotebook(): Promise<NotebookItem> {
  return (await call('POST', '/api/notebooks', { title: null })) as NotebookItem
}

/** Raises the server's sentence where the file is no notebook. */
export async function uploadNotebook(file: File): Promise<NotebookItem> {
  return (await call('POST', `/api/notebooks/upload?title=${encodeURIComponent(file.name)}`, file)) as NotebookItem
}

export async function readNotebook(id: string): Promise<NotebookItem> {
  return (await call('GET', notebookPath(id))) as NotebookItem
}

export async function renameNotebook(id: string, title: string): Promise<NotebookItem> {
  return (await call('PATCH', notebookPath(id), { title })) as NotebookItem
}

export async function deleteNotebook(id: string): Promise<void> {
  await call('DELETE', notebookPath(id))
}

export function notebookPath(id: string): string {
  return `/api/notebooks/${encodeURIComponent(id)}`
}

/** The `.ipynb` as a download. */
export function filePath(id: string): string {
  return `${notebookPath(id)}/file`
}

/** A payload that an output refers to. */
export function blobPath(id: string, blob: string, mime: string): string {
  return `${notebookPath(id)}/blobs/${blob}?type=${encodeURIComponent(mime)}`
}

/** The whole text of a stream that the page shows in part. */
export function wholeOutputPath(id: string, run: string, index: number): string {
  return `${notebookPath(id)}/runs/${encodeURIComponent(run)}/outputs/${index}/text`
}

/** A title as the file is named: with the ending that the user need not type. */
export function withEnding(title: string): string {
  const trimmed = title.trim()
  return trimmed === '' || /\.ipynb$/i.test(trimmed) ? trimmed : `${trimmed}.ipynb`
}

export function withoutEnding(title: string): string {
  return title.replace(/\.ipynb$/i, '')
}
