/** Requests to the server. Every failure is a `ServerProblem` with a sentence for the user. */
import { ServerProblem } from './problem'
import type { Problem } from '../contract/messages'

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE'

/** Sends JSON, or bytes as they are, and returns the answer's JSON (null where it has none). */
export async function call(method: Method, path: string, body?: object): Promise<unknown> {
  const isBytes = body instanceof Blob
  const init: RequestInit = { method, credentials: 'same-origin' }
  if (body !== undefined) {
    init.body = isBytes ? body : JSON.stringify(body)
    init.headers = { 'content-type': isBytes ? 'application/octet-stream' : 'application/json' }
  }
  const response = await reach(path, init)
  const text = await response.text()
  return text === '' ? null : (JSON.parse(text) as unknown)
}

async function reach(path: string, init: RequestInit): Promise<Response> {
  let response: Response
  try {
    response = await fetch(path, init)
  } catch {
    throw new ServerProblem({
      code: 'offline',
      message: 'The server can not be reached just now. Try again in a moment.',
      fields: {},
    })
  }
  if (!response.ok) throw new ServerProblem(await problemOf(response))
  return response
}

async function problemOf(response: Response): Promise<Problem> {
  const value: unknown = await response.json().catch(() => null)
  if (typeof value === 'object' && value !== null && 'code' in value && 'message' in value) {
    return { code: String(value.code), message: String(value.message), fields: {} }
  }
  const code = response.status === 401 ? 'not_signed_in' : `http_${response.status}`
  return { code, message: `The server answered with ${response.status}. Try again in a moment.`, fields: {} }
}
