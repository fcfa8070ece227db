import type { DeliveryAttemptOut } from '@posthorn/contract'
import type { AttemptTable } from '#store'
import { explain, time, timeOrNull } from '../attempt/attempt-json.ts'

/** An attempt with all that was said on both sides. */
export function deliveryAttemptJson(row: AttemptTable): DeliveryAttemptOut {
  const { reason, nextStep } = explain(row.failure, row.detail)
  const body = Buffer.from(row.response_body ?? [])
  const text = body.toString('utf8')
  const binary = Buffer.compare(Buffer.from(text), body) !== 0
  const headers = JSON.parse(row.response_headers ?? '{}') as Record<string, string | string[]>
  return {
    id: row.id,
    n: row.n,
    manual: row.manual === 1,
    ok: row.ok === 1,
    startedAt: time(row.started_at),
    durationMs: row.duration_ms,
    phases: JSON.parse(row.phases) as Record<string, number | boolean>,
    request: { url: row.url, headers: JSON.parse(row.request_headers) as [string, string][] },
    response:
      row.status === null
        ? null
        : {
            status: row.status,
            headers,
            body: binary ? body.toString('base64') : text,
            encoding: binary ? 'base64' : 'utf8',
            truncated: row.response_truncated === 1,
          },
    failure: row.failure,
    reason,
    nextStep,
    nextAttempt: timeOrNull(row.next_at),
  }
}
