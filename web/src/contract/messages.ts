/** What travels between page and server, by name. The shapes themselves are generated from the contract. */
import type { components } from './openapi'

type Schemas = components['schemas']

/** The server writes every field, also those that the contract gives a default. */
type Sent<T> = T extends readonly (infer Item)[]
  ? Sent<Item>[]
  : T extends object
    ? { [Key in keyof T]-?: Sent<T[Key]> }
    : T

type WithoutId<T> = T extends { id: number } ? Omit<T, 'id'> : never

export type Problem = Sent<Schemas['Problem']>
export type Me = Sent<Schemas['Me']>
export type NotebookItem = Sent<Schemas['NotebookItem']>

export type BlobRef = Schemas['BlobRef']

export type StreamOutput = Sent<Schemas['StreamOutput']>
export type DisplayOutput = Sent<Schemas['DisplayOutput']>
export type ErrorOutput = Sent<Schemas['ErrorOutput']>
export type TruncatedOutput = Sent<Schemas['TruncatedOutput']>
export type Output = StreamOutput | DisplayOutput | ErrorOutput | TruncatedOutput
export type OutputOp = Sent<Schemas['OutputOpsEvent']>['ops'][number]

export type RunState = Schemas['RunState']
export type RunSummary = Sent<Schemas['RunSummary']>
export type RunRequest = Schemas['RunRequest']

export type RuntimeEvent = Sent<Schemas['RuntimeEvent']>

/** A request of the page, before the room numbers it. */
export type PageRequest = WithoutId<Schemas['PageMessage']>
export type ServerMessage = Sent<Schemas['ServerMessage']>
