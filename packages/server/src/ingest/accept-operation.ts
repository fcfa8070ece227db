import type { Ids } from '#domain'
import type { Clock, FormFile } from '#platform'
import { madeFrom, type AcceptOperation, type AcceptPart, type EndedRun, type NewEntry, type NewRequest, type NewRun } from '#store'
import type { OneOfMany } from './examine.ts'
import type { Committable } from './judge.ts'
import type { ListenerFlow } from './listener/listener-flows.ts'
import { requestRow, tookMs } from './request/request-row.ts'

export interface OperationDeps {
  readonly clock: Pick<Clock, 'now'>
  readonly ids: Ids
}

export function operationOf({ ids, clock }: OperationDeps, { inbound, snapshot, listener, body, form, examination }: Committable) {
  const { key, events } = examination.kind === 'event' ? examination : NO_EVENT
  const flows = examination.kind === 'event' ? listener.flows : []
  const replyStatus = examination.kind === 'handshake' ? examination.handshake.status : listener.answers === 'flow' ? null : listener.status
  const newRun = (flow: ListenerFlow, i: number, of: Pick<OneOfMany, 'key'> & { readonly input: string | null }): NewRun => {
    const id = ids.make('run')
    return {
      id,
      application_id: snapshot.id,
      flow_id: flow.id,
      version: flow.version,
      trigger: 'webhook',
      request_id: inbound.id,
      key: of.key?.text ?? id,
      created_at: inbound.receivedAt,
      input: of.input,
      meta: '{}',
      answer_by: i === 0 && listener.answers === 'flow' ? clock.now() + listener.timeoutMs : null,
    }
  }
  const runs = events === null ? flows.map((flow, i) => newRun(flow, i, { key, input: null })) : []
  const parts = events?.map((one): AcceptPart => ({
    dedup: one.key?.dedup ?? null,
    runs: flows.map((flow, i) => newRun(flow, i, { key: one.key, input: inputOf(one) })),
  }))
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
    reply_status: replyStatus,
    // What a flow answers, and when, stands in its run.
    took_ms: replyStatus === null ? null : tookMs(inbound, clock.now()),
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
    ...(parts && { parts }),
    messages: [],
    ...(form !== null && form.form.files.length > 0 && { entries: form.form.files.map((file) => entryOf(file, request)) }),
  } satisfies AcceptOperation
}

const NO_EVENT = { key: null, events: null }

/** As a run keeps what an event brings, with the event's bytes as they came. */
export function inputOf({ eventType, json }: Pick<OneOfMany, 'eventType' | 'json'>): string {
  return eventType === null ? `{"document":${json}}` : `{"eventType":${JSON.stringify(eventType)},"document":${json}}`
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
