import { isUtf8 } from 'node:buffer'
import { requestOperations, type RequestDetailOut, type RequestOut } from '@posthorn/contract'
import { AppError, type Reply, type RunId } from '#domain'
import type { ApplicationSnapshot, RequestHead, RequestTable } from '#store'
import type { ApiDeps } from '../deps.ts'
import { flowsOfListener } from '../flow/flows-of-listener.ts'
import { existingListener } from '../listener/find-listener.ts'
import { lookThrough, stretchOf } from '../look-through.ts'
import { pageAnswer, readPage } from '../page.ts'
import { route, type Call, type Route } from '../route.ts'
import { auditRuns, linkToRequest, requestOf } from '../run/run-by-hand.ts'
import { runJson } from '../run/run-row.ts'
import { startRun } from '../run/start-run.ts'

/** What came in: every request as it was recorded, rejected ones with the reason. */
export function requestRoutes(deps: ApiDeps): Route[] {
  const { requests, runs: runLog } = deps.store.logs
  const operations = requestOperations

  const existing = async ({ params, application }: Pick<Call<typeof operations.get>, 'params' | 'application'>): Promise<RequestTable> => {
    const row = await requests.find(application.id, params['request_id']!)
    if (!row) throw new AppError('not_found')
    return row
  }

  return [
    route(operations.list, async ({ application, params, query }) => {
      const listener = existingListener(application, params)
      const page = readPage(query, 'req', 'descending')
      const { status, reason, event_type: eventType, method } = query
      const filter = { listener: listener.id, status, reason, eventType, method: method?.toUpperCase() }
      const found = await lookThrough(stretchOf(page, 'req', query), {
        filtered: [status, reason, eventType, method].some((one) => one !== undefined),
        windowEnd: (stretch) => requests.windowEnd(listener.id, stretch),
        rows: (stretch) => requests.list(filter, stretch),
      })
      const answered = await answeredBy(deps, found.rows)
      const item = (row: RequestHead) => requestJson(row, answered)
      return { status: 200, body: pageAnswer(page, found.rows, { key: (row) => row.id, item, stoppedAt: found.stoppedAt }) }
    }),
    route(operations.get, async (call) => {
      const row = await existing(call)
      const runs = await runLog.heads(JSON.parse(row.run_ids) as string[])
      const body: RequestDetailOut = {
        ...requestJson(row, await answeredBy(deps, [row])),
        headers: JSON.parse(row.headers) as [string, string][],
        body: bodyOf(row),
        runs: runs.map(({ id, flow_id, version, status, error_code }) => ({ id, flowId: flow_id, version, status, errorCode: error_code })),
      }
      return { status: 200, body }
    }),
    route(operations.getBody, async (call) => {
      const row = await existing(call)
      // Its sender wrote it: a browser that opens it must neither run nor guess it.
      const headers = {
        'content-disposition': `attachment; filename="${row.id}.bin"`,
        'content-security-policy': "default-src 'none'; sandbox",
        'x-content-type-options': 'nosniff',
      }
      return { status: 200, headers, content: { type: 'application/octet-stream', bytes: Buffer.from(row.body ?? []) } }
    }),
    route(operations.replay, async (call) => {
      const { id, application_id } = await existing(call)
      const request = await requestOf(deps, call.application, id)
      const runs: RunId[] = []
      for (const { flow } of flowsToRun(call.application, request.listener_id, call.body.flow)) {
        const started = await startRun(deps, call.application, () => {
          const run = deps.ids.make('run')
          const from = { application_id: application_id!, flow_id: flow.id, version: flow.published!.version, request_id: id }
          return {
            run: { id: run, ...from, trigger: 'webhook', key: id, created_at: deps.clock.now(), input: null, meta: '{}', answer_by: null },
            job: null,
          }
        })
        runs.push(started.run)
      }
      await auditRuns(deps)(call, {
        action: 'request.replayed',
        target: id,
        after: { runs },
        statements: [linkToRequest(deps, request, runs)],
      })
      const rows = await runLog.heads(runs)
      return { status: 202, body: { runs: rows.map((row) => runJson(call.application, row)) } }
    }),
  ]
}

/** The flows that would take the request if it came now: all of them, or the one that is named. */
function flowsToRun(application: ApplicationSnapshot, listenerId: string | null, named: string | undefined) {
  const listener = application.listeners.find(({ id }) => id === listenerId)
  const flows = listener ? flowsOfListener(application, listener).filter(({ flow }) => flow.enabled === 1) : []
  if (named === undefined) {
    if (flows.length === 0) throw new AppError('nothing_to_run')
    return flows
  }
  const found = flows.filter(({ flow }) => flow.id === named || flow.uid === named)
  if (found.length > 0) return found
  const message = `The flow "${named}" does not take the requests of this listener, or is not published and enabled.`
  throw new AppError('validation_error', { fields: [{ pointer: '/flow', code: 'unknown_flow', message }] })
}

/** What the flows of these requests answered, by run. Only rows that were accepted without knowing it are looked up. */
async function answeredBy({ store }: ApiDeps, rows: readonly RequestHead[]): Promise<ReadonlyMap<string, number>> {
  const runs = rows
    .filter(({ reply_status }) => reply_status === null)
    .flatMap(({ run_ids }) => (JSON.parse(run_ids) as string[]).slice(0, 1))
  const replies = await store.logs.runs.replies(runs)
  return new Map(replies.map(({ id, reply }) => [id, (JSON.parse(reply) as Reply).status]))
}

function requestJson(row: RequestHead, answered: ReadonlyMap<string, number>): RequestOut {
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
  }
}

/** What a page shows of a body; all of it is given as bytes by the address beside. */
const SHOWN_BODY_BYTES_MAX = 256 * 1024

function bodyOf({ body, body_bytes }: RequestTable): RequestDetailOut['body'] {
  if (body === null) return null
  const encoding = isUtf8(body) ? 'utf8' : 'base64'
  const shown =
    body.length <= SHOWN_BODY_BYTES_MAX ? body : body.subarray(0, encoding === 'utf8' ? startOfCharacter(body) : SHOWN_BODY_BYTES_MAX)
  return {
    encoding,
    content: Buffer.from(shown.buffer, shown.byteOffset, shown.length).toString(encoding),
    truncated: shown.length < body_bytes,
  }
}

/** Not in the middle of a character. */
function startOfCharacter(text: Uint8Array): number {
  let end = SHOWN_BODY_BYTES_MAX
  while ((text[end]! & 0xc0) === 0x80) end--
  return end
}
