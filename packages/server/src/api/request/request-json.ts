import type { RequestOut } from '@posthorn/contract'
import type { Reply } from '#domain'
import type { RequestHead, RequestOrigin, RequestProof } from '#store'
import type { ApiDeps } from '../deps.ts'

/** What the flows of these requests answered, by run. Only rows that were accepted without knowing it are looked up. */
export async function answeredBy({ store }: ApiDeps, rows: readonly RequestHead[]): Promise<ReadonlyMap<string, number>> {
  const runs = rows
    .filter(({ reply_status }) => reply_status === null)
    .flatMap(({ run_ids }) => (JSON.parse(run_ids) as string[]).slice(0, 1))
  const replies = await store.logs.runs.replies(runs)
  return new Map(replies.map(({ id, reply }) => [id, (JSON.parse(reply) as Reply).status]))
}

export function requestJson(row: RequestHead, answered: ReadonlyMap<string, number>): RequestOut {
  const runIds = JSON.parse(row.run_ids) as string[]
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
    runIds,
    replyStatus: row.reply_status ?? answered.get(runIds[0] ?? '') ?? null,
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
