import type { EndedRun, NewRequest, NewRun } from '../../port/new-work.ts'

/** The values of a row without their names. A column that one of the two functions forgets is a type error. */
export type RequestValues = ReturnType<typeof requestValues>

// oxfmt-ignore
export const requestValues = (row: NewRequest, body: NewRequest['body']) => {
  const { id, application_id, listener_id, status, reason, detail, method, path, query, headers, ip, content_type } = row
  const { event_type, dedup_key, run_ids, reply_status, received_at, body_bytes, form, verified, origin, took_ms } = row
  return [
    id, application_id, listener_id, status, reason, detail, method, path, query, headers, ip, content_type,
    event_type, dedup_key, run_ids, reply_status, received_at, body_bytes, body, form, verified, origin, took_ms,
  ] as const
}

// oxfmt-ignore
export function requestOf(values: RequestValues): NewRequest {
  const [
    id, application_id, listener_id, status, reason, detail, method, path, query, headers, ip, content_type,
    event_type, dedup_key, run_ids, reply_status, received_at, body_bytes, body, form, verified, origin, took_ms,
  ] = values
  return {
    id, application_id, listener_id, status, reason, detail, method, path, query, headers, ip, content_type,
    event_type, dedup_key, run_ids, reply_status, received_at, body_bytes, body, form, verified, origin, took_ms,
  }
}

export type RunValues = ReturnType<typeof runValues>

// oxfmt-ignore
export const runValues = (row: NewRun) => {
  const { id, application_id, flow_id, version, trigger, request_id, key, tags = null, created_at, input, meta, answer_by, ended } = row
  return [
    id, application_id, flow_id, version, trigger, request_id, key, tags, created_at, input, meta, answer_by,
    ended === undefined ? null : endedValues(ended),
  ] as const
}

// oxfmt-ignore
export function runOf(values: RunValues): NewRun {
  const [id, application_id, flow_id, version, trigger, request_id, key, tags, created_at, input, meta, answer_by, ended] = values
  const row = { id, application_id, flow_id, version, trigger, request_id, key, tags, created_at, input, meta, answer_by }
  return ended === null ? row : { ...row, ended: endedOf(ended) }
}

const endedValues = ({ finished_at, reply, steps, faults, meta }: EndedRun) => [finished_at, reply, steps, faults, meta] as const

function endedOf([finished_at, reply, steps, faults, meta]: ReturnType<typeof endedValues>): EndedRun {
  return { finished_at, reply, steps, faults, meta }
}
