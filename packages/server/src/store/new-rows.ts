import type { RunId, SessionId } from '#domain'
import type { StoredRequest } from './records/request.ts'
import type { StoredRun } from './records/run.ts'
import type { NewRequest, NewRun } from './port/new-work.ts'

/**
 * The row as the store has it right after it was created, so that the first segment runs without reading it back. Column by column: what
 * is left of a run without one of its members, spread into a row, took ten times as long.
 */
export function newRunRow(made: NewRun, session: SessionId): StoredRun & { readonly id: RunId } {
  const { id, application_id, flow_id, version, trigger, request_id, key, tags = null, created_at, input, meta, answer_by } = made
  return {
    id,
    application_id,
    flow_id,
    version,
    trigger,
    request_id,
    key,
    tags,
    gate: null,
    status: 'queued',
    rev: 0,
    holder: session,
    waiter: answer_by === null ? null : session,
    answer_by,
    parked_on: null,
    due_at: null,
    created_at,
    finished_at: null,
    error_code: null,
    reply: null,
    wake: null,
    state: null,
    input,
    steps: '[]',
    faults: '[]',
    meta,
  }
}

/** What a run is handed of its request. One that works on an event of many has it in its input, and not the body of all. */
export function requestFor(run: Pick<StoredRun, 'input'>, request: StoredRequest | null | undefined): StoredRequest | null {
  if (request == null) return null
  return wantsBody(run) ? request : { ...request, body: null }
}

export function wantsBody({ input }: Pick<StoredRun, 'input'>): boolean {
  return input === null
}

/** The row of a request that is no copy, as the store has it right after it was created. */
export function requestRow<Request extends NewRequest | null>(request: Request): Request extends null ? null : StoredRequest
export function requestRow(request: NewRequest | null): StoredRequest | null {
  return request && { ...request, duplicate_of: null }
}
