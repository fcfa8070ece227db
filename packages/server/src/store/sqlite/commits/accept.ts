import type { SessionId } from '#domain'
import { isKept, type AcceptOperation, type AcceptPart, type AcceptResult, type Dedup } from '../../port/accept.ts'
import type { CommitResult } from '../../port/group-commits.ts'
import type { NewEntry, NewRequest } from '../../port/new-work.ts'
import { prepareAlongside } from '../mutate.ts'
import { prepareInserts } from './inserts.ts'
import { eachKept } from '../writes/each-kept.ts'
import type { Engine } from '../engine.ts'
import type { Batch } from './batch.ts'
import { prepareInsertRun } from './insert-run.ts'

type Accept = (session: SessionId, operations: readonly AcceptOperation[]) => CommitResult<AcceptResult>

export function prepareAccept(engine: Engine): Accept {
  const { configuration, transaction } = engine
  const beginInserts = prepareInserts(engine)
  const takeKeys = prepareTakeKeys(engine)
  const insertRequest = prepareInsertRequest(engine)
  const insertRun = prepareInsertRun(engine)
  const insertEntry = prepareInsertEntry(engine)
  const writeAlongside = prepareAlongside(engine)

  const accept = (session: SessionId, operation: AcceptOperation, { inserts, isCurrent }: Batch): AcceptResult => {
    const { application, request } = operation
    if (application !== null && !isCurrent(application)) return { kind: 'stale' }
    const taken = takeKeys(operation.dedups)
    if (taken !== undefined) {
      if (request !== null) insertRequest({ ...request, status: 'duplicate', run_ids: '[]', form: null }, taken.ref)
      return { kind: 'duplicate', scope: taken.scope, ref: taken.ref }
    }
    const parts = operation.parts === undefined ? undefined : takeParts(operation.parts)
    if (parts?.copyOf !== undefined) {
      if (request !== null) insertRequest({ ...request, status: 'duplicate', run_ids: '[]', form: null }, parts.copyOf.ref)
      return { kind: 'duplicate', ...parts.copyOf }
    }
    const runs = parts?.runs ?? operation.runs
    if (request !== null) insertRequest(parts ? { ...request, run_ids: JSON.stringify(runs.map(({ id }) => id)) } : request, null)
    for (const run of runs) insertRun(run, session)
    if (operation.entries !== undefined) for (const entry of operation.entries) insertEntry(entry)
    for (const message of operation.messages) inserts.message(message)
    return parts !== undefined && parts.copies.length > 0 ? { kind: 'accepted', copies: parts.copies } : { kind: 'accepted' }
  }

  /** The runs of those that are no copies; `copyOf`: of what all of them are. */
  const takeParts = (parts: readonly AcceptPart[]) => {
    const taken = parts.map(({ dedup }) => (dedup === null ? undefined : takeKeys([dedup])))
    const copies = taken.flatMap((one, i) => (one === undefined ? [] : [i]))
    const runs = parts.flatMap((part, i) => (taken[i] === undefined ? part.runs : []))
    return { runs, copies, copyOf: parts.length > 0 && copies.length === parts.length ? taken[0] : undefined }
  }

  return (session, operations) => {
    const inserts = beginInserts(session)
    const batch = { inserts, isCurrent: configuration.beginComparing() }
    const results = eachKept<AcceptOperation, AcceptResult>(transaction, operations, {
      apply(operation) {
        const result = accept(session, operation, batch)
        if (operation.alongside !== undefined && isKept(operation, result)) writeAlongside(operation.alongside)
        return result
      },
      refuse: (detail) => ({ kind: 'refused', detail }),
    })
    return { results, ...inserts.finish() }
  }
}

/** Takes all keys, or none: then it returns who has the first that is taken. */
function prepareTakeKeys({ db, clock }: Engine): (dedups: readonly Dedup[]) => { scope: string; ref: string } | undefined {
  const take = db.prepare(
    `insert into dedup (scope, key, ref, expires_at) values (?, ?, ?, ?)
     on conflict (scope, key) do update set ref = excluded.ref, expires_at = excluded.expires_at where dedup.expires_at <= ?`,
  )
  const read = db.prepare<[string, string], string>('select ref from dedup where scope = ? and key = ?').pluck()
  // An expired key that was overwritten and given back may be gone: that means the same.
  const giveBack = db.prepare('delete from dedup where scope = ? and key = ?')

  return (dedups) => {
    if (dedups.length === 0) return undefined
    const now = clock.now()
    for (const [i, { scope, key, ref, keepMs }] of dedups.entries()) {
      if (take.run(scope, key, ref, now + keepMs, now).changes === 1) continue
      for (const earlier of dedups.slice(0, i)) giveBack.run(earlier.scope, earlier.key)
      return { scope, ref: read.get(scope, key)! }
    }
    return undefined
  }
}

function prepareInsertRequest({ db }: Engine): (request: NewRequest, duplicateOf: string | null) => void {
  const insert = db.prepare(
    `insert into request (id, application_id, listener_id, status, reason, detail, method, path, query, headers, ip, content_type,
       event_type, dedup_key, duplicate_of, run_ids, reply_status, received_at, body_bytes, body, form, verified, origin, took_ms)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  return (request, duplicateOf) => {
    const { id, application_id, listener_id, status, reason, detail, method, path, query, headers, ip, content_type } = request
    const { event_type, dedup_key, run_ids, reply_status, received_at, body_bytes, body, form, verified, origin, took_ms } = request
    const head = [id, application_id, listener_id, status, reason, detail, method, path, query, headers, ip, content_type] as const
    const tail = [received_at, body_bytes, body, form, verified, origin, took_ms] as const
    insert.run(...head, event_type, dedup_key, duplicateOf, run_ids, reply_status, ...tail)
  }
}

function prepareInsertEntry({ db }: Engine): (entry: NewEntry) => void {
  const insert = db.prepare(
    `insert into entry (id, application_id, listener_id, request_id, field, name, content_type, bytes, sha256, created_at)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const count = db.prepare(
    `insert into entry_usage (application_id, files, bytes) values (?, 1, ?)
     on conflict (application_id) do update set files = files + 1, bytes = bytes + excluded.bytes`,
  )
  return ({ id, application_id, listener_id, request_id, field, name, content_type, bytes, sha256, created_at }) => {
    insert.run(id, application_id, listener_id, request_id, field, name, content_type, bytes, sha256, created_at)
    count.run(application_id, bytes)
  }
}
