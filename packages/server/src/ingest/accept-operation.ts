import type { Ids } from '#domain'
import type { Clock, FormFile } from '#platform'
import { madeFrom, type AcceptOperation, type EndedRun, type NewEntry, type NewRequest, type NewRun } from '#store'
import type { Committable } from './judge.ts'
import { requestRow } from './request/request-row.ts'

export interface OperationDeps {
  readonly clock: Pick<Clock, 'now'>
  readonly ids: Ids
}

export function operationOf({ ids, clock }: OperationDeps, { inbound, snapshot, listener, body, form, examination }: Committable) {
  const key = examination.kind === 'event' ? examination.key : null
  const flows = examination.kind === 'event' ? listener.flows : []
  const runs = flows.map((flow, i): NewRun => {
    const id = ids.make('run')
    return {
      id,
      application_id: snapshot.id,
      flow_id: flow.id,
      version: flow.version,
      trigger: 'webhook',
      request_id: inbound.id,
      key: key?.text ?? id,
      created_at: inbound.receivedAt,
      input: null,
      meta: '{}',
      answer_by: i === 0 && listener.answers === 'flow' ? clock.now() + listener.timeoutMs : null,
    }
  })
  const request: NewRequest = {
    ...requestRow(inbound, listener.secretsAt),
    application_id: snapshot.id,
    listener_id: listener.id,
    status: 'accepted',
    reason: null,
    detail: null,
    event_type: examination.eventType,
    dedup_key: key?.dedup.key ?? null,
    run_ids: JSON.stringify(runs.map((run) => run.id)),
    reply_status: examination.kind === 'handshake' ? examination.handshake.status : listener.answers === 'flow' ? null : listener.status,
    body_bytes: form === null ? body.length : form.bytes,
    body: body.length === 0 ? null : body,
    form: form === null ? null : JSON.stringify(form.form),
    verified: examination.proof,
    origin: null,
  }
  return {
    application: madeFrom(snapshot, 'inbound'),
    dedups: key === null ? [] : [key.dedup],
    request,
    runs,
    messages: [],
    ...(form !== null && form.form.files.length > 0 && { entries: form.form.files.map((file) => entryOf(file, request)) }),
  } satisfies AcceptOperation
}

function entryOf({ id, field, name, contentType, size, sha256 }: FormFile, request: NewRequest): NewEntry {
  return {
    id,
    application_id: request.application_id!,
    listener_id: request.listener_id,
    request_id: request.id,
    field,
    name,
    content_type: contentType,
    bytes: size,
    sha256,
    created_at: request.received_at,
  }
}

export function withEnded(operation: AcceptOperation, ended: NewRun, as: EndedRun): AcceptOperation {
  return { ...operation, runs: operation.runs.map((run) => (run === ended ? { ...run, ended: as } : run)) }
}
