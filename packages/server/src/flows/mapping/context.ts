import type { Fault } from '#domain'
import type { Turn } from '../segment/turn.ts'

/** What `{{ }}` can see. Data only: nothing here is ever evaluated again. */
export interface MappingContext {
  readonly trigger: TriggerData
  readonly steps: Readonly<Record<string, StepResult>>
  readonly run: Readonly<Record<string, unknown>>
  readonly meta: Readonly<Record<string, unknown>>
  readonly entry: Readonly<Record<string, unknown>> | null
  readonly faults: readonly Fault[]
  /** In a for_each: the item that it runs for, and its place from 0. */
  readonly item?: unknown
  readonly index?: number | undefined
  /** Plain text of the application's secrets; readable only in the slots that may hold them. */
  readonly secrets: Readonly<Record<string, string>>
  /** Null where nobody waits for the thread. */
  readonly turn: Turn | null
  /** Called with the path of each field that was read and is not there. */
  readonly missing: (path: string) => void
}

export interface TriggerData {
  readonly method: string | null
  readonly path: string | null
  readonly params: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string | readonly string[]>>
  /** Lower-cased names. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  readonly body: unknown
  readonly files: readonly unknown[]
  readonly ip: string | null
  /** Of the event or the request, if it has one. */
  readonly eventType: string | null
}

/** What a step left for the steps after it. */
export interface StepResult {
  readonly status: 'OK' | 'KO' | 'SKIP'
  readonly code?: string
  readonly output?: unknown
}

/** The names a path may begin with, and the fields of those whose shape is ours. Null: the data's own. */
export const contextFields: Readonly<Record<string, readonly string[] | null>> = {
  trigger: ['method', 'path', 'params', 'query', 'headers', 'body', 'files', 'ip', 'eventType'],
  body: null,
  query: null,
  headers: null,
  steps: null,
  run: ['id', 'flowId', 'version', 'key', 'applicationId', 'createdAt'],
  meta: null,
  entry: ['id', 'document'],
  faults: null,
  item: null,
  index: [],
  secrets: null,
}

export const stepFields = ['status', 'code', 'output']
