import type { RequestOut } from '@posthorn/contract'
import { answerOf, repliesTo } from '#flows'
import type { RequestHead, RequestOrigin, RequestProof } from '#store'
import type { ApiDeps } from '../deps.ts'

/** What the flows of these requests answered, for `requestJson`. */
export function answeredBy({ store }: ApiDeps, rows: readonly RequestHead[]): ReturnType<typeof repliesTo> {
  return repliesTo(store.logs, rows)
}

export function requestJson(row: RequestHead, answered: Awaited<ReturnType<typeof answeredBy>>): RequestOut {
  const { status: replyStatus, tookMs } = answerOf(row, answered)
  return {
    id: row.id,
    listenerId: row.listener_id,
    status: row.status,
    reason: row.reason,
    detail: row.detail,
    method: row.method,
    path: row.path,
    query: row.query,
    ip: row.ip,
    contentType: row.content_type,
    eventType: row.event_type,
    duplicateOf: row.duplicate_of,
    runIds: JSON.parse(row.run_ids) as string[],
    replyStatus,
    durationMs: tookMs,
    receivedAt: new Date(row.received_at).toISOString(),
    bodyBytes: row.body_bytes,
    verified: row.verified === null ? null : proofJson(JSON.parse(row.verified) as RequestProof),
    origin: row.origin === null ? null : originJson(JSON.parse(row.origin) as RequestOrigin),
  }
}

function proofJson({ kind, secretLast4 }: RequestProof): RequestOut['verified'] {
  return { kind, secretLast4 }
}

function originJson({ kind, request }: RequestOrigin): RequestOut['origin'] {
  return { kind, requestId: request }
}
