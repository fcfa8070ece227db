import type { DeliveryAttemptOut } from '@posthorn/contract'
import { explainFailure } from '#delivery'
import { limits } from '#domain'
import type { StoredAttempt } from '#store'
import { time, timeOrNull } from '../attempt/attempt-json.ts'

/** The beginning of a body, as much as is shown, and how long all of it is. */
export interface ShownBody {
  readonly head: Uint8Array
  readonly bytes: number
}

export function shownBody(body: Uint8Array): ShownBody {
  return { head: body.subarray(0, limits.requestBytesKept), bytes: body.length }
}

/** An attempt with all that was said on both sides. `payload`: what is sent unless the attempt says otherwise; null if it is not kept any more. */
export function deliveryAttemptJson(row: StoredAttempt, payload: ShownBody | null): DeliveryAttemptOut {
  const { reason, nextStep } = row.failure === null ? { reason: null, nextStep: null } : explainFailure(row.failure, row.detail)
  return {
    id: row.id,
    n: row.n,
    manual: row.manual === 1,
    ok: row.ok === 1,
    startedAt: time(row.started_at),
    durationMs: row.duration_ms,
    phases: JSON.parse(row.phases) as Record<string, number | boolean>,
    request: { url: row.url, headers: JSON.parse(row.request_headers) as [string, string][], ...sentBody(row, payload) },
    response:
      row.status === null
        ? null
        : {
            status: row.status,
            headers: answeredHeaders(row),
            ...textOf(row.response_body ?? new Uint8Array()),
            truncated: row.response_truncated === 1,
          },
    failure: row.failure,
    reason,
    nextStep,
    nextAttempt: timeOrNull(row.next_at),
  }
}

/** They are kept by name. */
function answeredHeaders({ response_headers }: StoredAttempt): [string, string][] {
  const byName = JSON.parse(response_headers ?? '{}') as Readonly<Record<string, string | readonly string[]>>
  return Object.entries(byName).flatMap(([name, values]) => [values].flat().map((value): [string, string] => [name, value]))
}

type RequestBody = Pick<DeliveryAttemptOut['request'], 'body' | 'encoding' | 'bytes' | 'truncated' | 'transformed'>

function sentBody({ request_bytes, request_body }: StoredAttempt, payload: ShownBody | null): RequestBody {
  const transformed = request_bytes !== null
  // A transformed body goes with the payload that it was made of; one without bytes was never sent.
  const kept = request_body ?? (request_bytes === 0 ? new Uint8Array() : null)
  const shown = transformed ? kept && { head: kept, bytes: request_bytes } : payload
  if (shown === null) return { body: null, encoding: 'utf8', bytes: request_bytes, truncated: false, transformed }
  return { ...textOf(shown.head), bytes: shown.bytes, truncated: shown.bytes > shown.head.length, transformed }
}

/** A character that the cut goes through is left out rather than shown as something else. */
function textOf(bytes: Uint8Array): { body: string; encoding: 'utf8' | 'base64' } {
  const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let cut = 0; cut < 4 && cut <= body.length; cut++) {
    const whole = body.subarray(0, body.length - cut)
    const text = whole.toString('utf8')
    if (Buffer.from(text).equals(whole)) return { body: text, encoding: 'utf8' }
  }
  return { body: body.toString('base64'), encoding: 'base64' }
}
