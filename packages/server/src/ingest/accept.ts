import type { Committer, ConfigCache, RunAtOnce } from '#coordination'
import { AppError, type ErrorCode, type Ids } from '#domain'
import type { Clock, Log } from '#platform'
import {
  CommitUnknownError,
  madeFrom,
  type AcceptOperation,
  type AcceptResult,
  type ApplicationSnapshot,
  type EndedRun,
  type NewRequest,
  type NewRun,
  type Store,
} from '#store'
import { isLarge } from './body/read-body.ts'
import { examine, type Examination } from './examine.ts'
import { passGate, tooLarge, type Gate } from './gate/gate.ts'
import { preflight } from './gate/origins.ts'
import type { RateLimiter } from './gate/rate-limit.ts'
import type { CompiledListener, ListenerRoute } from './listener/listeners.ts'
import { readPublicPath, type PublicPath, type RouteMatch, type Routes } from './listener/routes.ts'
import { answerDuplicate, answerFlow, answerHandshake, answerOnce, type AnswerDeps } from './reply/answer.ts'
import { flowAnswer, problemAnswer, type Answer } from './reply/reply.ts'
import type { Waiting } from './reply/waiters.ts'
import { requestRow, type Inbound } from './request/inbound.ts'
import type { Refusal, RefusedAt, Rejections } from './request/rejection.ts'

export interface AcceptDeps extends AnswerDeps {
  readonly clock: Pick<Clock, 'now'>
  readonly ids: Ids
  readonly config: Pick<ConfigCache, 'peek' | 'application' | 'refresh'>
  readonly committer: Pick<Committer, 'accept' | 'acceptAnew'>
  readonly store: Pick<Store, 'db' | 'replies'>
  readonly runAtOnce: RunAtOnce | null
  readonly limiter: RateLimiter
  readonly rejections: Rejections
  readonly routesOf: (snapshot: ApplicationSnapshot) => Routes<ListenerRoute>
}

/** The answer; null if the caller went away before there was one. */
export type Accept = (inbound: Inbound) => Promise<Answer | null>

/**
 * The path of a request: route, gate, body, examination, one group commit, answer. A configuration that changed
 * under way makes the commit `stale`; then all of it is judged once more inside the commit, where nothing changes any more, with the body
 * that was read, and without taking from the caller's rate a second time.
 */
export function createAccept(deps: AcceptDeps): Accept {
  return async (inbound) => {
    const path = readPublicPath(inbound.path)
    if (path === undefined) return turnAway(deps, inbound, 'listener_not_found')
    const snapshot = deps.config.peek(path.application) ?? (await deps.config.application(path.application))
    // Of an unknown application nothing is kept: anybody could fill the disk with them.
    if (snapshot === undefined) return turnAway(deps, inbound, 'listener_not_found')
    const outcome = await judge(deps, inbound, { snapshot, path })
    if (outcome !== 'stale') return outcome
    const fresh = await deps.config.refresh(snapshot.id, snapshot.version)
    return fresh === undefined ? turnAway(deps, inbound, 'listener_not_found') : judgeAnew(deps, inbound, { snapshot: fresh, path })
  }
}

interface Place {
  readonly snapshot: ApplicationSnapshot
  readonly path: PublicPath
}

/** What a configuration makes of a request, before anything is done. */
type Judged =
  | { readonly kind: 'refused'; readonly refusal: Refusal; readonly at: RefusedAt }
  | { readonly kind: 'preflight'; readonly matches: readonly RouteMatch<ListenerRoute>[] }
  | { readonly kind: 'open'; readonly listener: CompiledListener; readonly gate: Extract<Gate, { kind: 'open' }> }

function judgeHead(deps: AcceptDeps, inbound: Inbound, { snapshot, path, limiter }: Place & { limiter: RateLimiter | null }): Judged {
  const matches = deps.routesOf(snapshot).match(path.segments)
  const application = snapshot.id
  if (matches.length === 0) return { kind: 'refused', refusal: { code: 'listener_not_found' }, at: { application, listener: null } }
  if (inbound.method === 'OPTIONS') return { kind: 'preflight', matches }
  const match = matches.find(({ target }) => target.methods.includes(inbound.method))
  if (match === undefined) {
    const at = { application, listener: matches[0]!.target.listener() }
    return { kind: 'refused', refusal: { code: 'method_not_allowed', headers: { Allow: allowed(matches) } }, at }
  }
  const listener = match.target.listener()
  const gate = passGate(listener, inbound, limiter)
  return gate.kind === 'refused' ? { ...gate, at: { application, listener } } : { kind: 'open', listener, gate }
}

async function judge(deps: AcceptDeps, inbound: Inbound, place: Place): Promise<Answer | null | 'stale'> {
  const head = judgeHead(deps, inbound, { ...place, limiter: deps.limiter })
  if (head.kind !== 'open') return answerRefused(deps, inbound, head)
  const { listener, gate } = head
  const at = { application: place.snapshot.id, listener }
  const read = await inbound.body(listener.bodyBytesMax)
  if (read.kind === 'aborted') return null
  if (read.kind === 'no_room') return turnAway(deps, inbound, 'overloaded')
  if (read.kind === 'too_slow') return refuse(deps, inbound, { code: 'body_too_slow', headers: gate.cors, at })
  if (read.kind === 'too_large') return refuse(deps, inbound, { ...tooLarge(listener), headers: gate.cors, at })

  const judged = judgeBody(inbound, { ...head, snapshot: place.snapshot, body: read.body })
  // Small bodies are examined at once, and cost no further turn.
  const one = 'then' in judged ? await judged : judged
  if (one.kind === 'refused') return answerRefused(deps, inbound, one)
  const answer = await commit(deps, one)
  return answer === 'stale' || answer === null ? answer : withHeaders(answer, gate.cors)
}

type BodyJudged = Committable | Extract<Judged, { kind: 'refused' }>
type OpenBody = Extract<Judged, { kind: 'open' }> & { readonly snapshot: ApplicationSnapshot; readonly body: Uint8Array }

function judgeBody(inbound: Inbound, open: OpenBody): BodyJudged | Promise<BodyJudged> {
  const { listener, gate, body } = open
  const examined = examine({ inbound, listener, body, verification: gate.verification, cors: gate.cors })
  return 'then' in examined ? examined.then((examination) => judgedBy(inbound, open, examination)) : judgedBy(inbound, open, examined)
}

function judgedBy(inbound: Inbound, { snapshot, listener, gate, body }: OpenBody, examination: Examination): BodyJudged {
  const at = { application: snapshot.id, listener }
  if (examination.kind === 'refused') return { ...examination, at }
  if (examination.kind === 'event' && listener.answers === 'no_flow') {
    return { kind: 'refused', refusal: { code: 'no_flow', headers: gate.cors, body }, at }
  }
  return { kind: 'committable', inbound, snapshot, listener, body, examination, cors: gate.cors }
}

/** The second and last time. What was judged inside the commit is answered behind it. */
async function judgeAnew(deps: AcceptDeps, inbound: Inbound, { snapshot, path }: Place): Promise<Answer | null> {
  const read = await inbound.body(0) // it was read before the first commit
  const body = read.kind === 'read' ? read.body : Buffer.alloc(0)
  await readAhead(deps, inbound, { snapshot, path, body })
  let judged: Prepared | Exclude<Judged, { kind: 'open' }> | undefined
  const make = (current: ApplicationSnapshot | undefined): AcceptOperation | null => {
    if (judged?.kind === 'prepared') judged.waiting?.cancel()
    judged = undefined
    if (current === undefined) return null
    const head = judgeHead(deps, inbound, { snapshot: current, path, limiter: null })
    const examined = head.kind === 'open' ? judgeBody(inbound, { ...head, snapshot: current, body }) : head
    // Others wait for a commit, so nothing large is read in it: the sender tries again.
    const one = 'then' in examined ? ({ kind: 'refused', refusal: { code: 'overloaded' }, at: placeOf(current, head) } as const) : examined
    judged = one.kind === 'committable' ? prepare(deps, one, null) : one
    return judged.kind === 'prepared' ? judged.operation : null
  }
  const result = await accepted(
    deps,
    () => deps.committer.acceptAnew({ application: snapshot.id, snapshot, make }),
    () => (judged?.kind === 'prepared' ? judged.operation : null),
  )
  if (judged === undefined) return turnAway(deps, inbound, typeof result === 'string' ? result : 'listener_not_found')
  if (judged.kind !== 'prepared') return answerRefused(deps, inbound, judged)
  const answer = await conclude(deps, judged, result)
  if (answer === 'stale') return turnAway(deps, inbound, 'overloaded')
  return answer && withHeaders(answer, judged.one.cors)
}

/** What a large body holds is remembered, so that it is known inside the commit. */
async function readAhead(deps: AcceptDeps, inbound: Inbound, { snapshot, path, body }: Place & { body: Uint8Array }): Promise<void> {
  if (!isLarge(body)) return
  const head = judgeHead(deps, inbound, { snapshot, path, limiter: null })
  if (head.kind === 'open') await judgeBody(inbound, { ...head, snapshot, body })
}

function placeOf({ id }: ApplicationSnapshot, head: Judged): RefusedAt {
  return { application: id, listener: head.kind === 'open' ? head.listener : null }
}

function answerRefused(deps: AcceptDeps, inbound: Inbound, judged: Exclude<Judged, { kind: 'open' }>): Answer {
  if (judged.kind === 'preflight') return answerOptions(deps, inbound, judged.matches)
  return refuse(deps, inbound, { ...judged.refusal, at: judged.at })
}

interface Committable {
  readonly kind: 'committable'
  readonly inbound: Inbound
  readonly snapshot: ApplicationSnapshot
  readonly listener: CompiledListener
  readonly body: Uint8Array
  readonly examination: Exclude<Examination, { kind: 'refused' }>
  readonly cors: Readonly<Record<string, string>>
}

/** An operation on its way to its commit. */
interface Prepared {
  readonly kind: 'prepared'
  readonly one: Committable
  readonly operation: AcceptOperation
  /** The run whose reply the caller waits for. */
  readonly awaited: NewRun | undefined
  readonly ran: ReturnType<RunAtOnce>
  readonly waiting: Waiting | undefined
}

function prepare(deps: AcceptDeps, one: Committable, runAtOnce: RunAtOnce | null): Prepared {
  const operation = operationOf(deps, one)
  const awaited = operation.runs.find((run) => run.answer_by !== null)
  const ran = awaited && runAtOnce?.({ run: awaited, request: operation.request, snapshot: one.snapshot })
  // The reply may ring before the commit's promise is heard, so waiting begins before the commit does.
  const waiting = ran === undefined && awaited ? deps.waiters.wait(awaited.id, one.listener.timeoutMs) : undefined
  return { kind: 'prepared', one, operation: ran ? withEnded(operation, awaited, ran.ended) : operation, awaited, ran, waiting }
}

/** One operation of the group commit. Only when it is synced does the caller hear 2xx. */
async function commit(deps: AcceptDeps, one: Committable): Promise<Answer | null | 'stale'> {
  const prepared = prepare(deps, one, deps.runAtOnce)
  const { operation } = prepared
  return conclude(
    deps,
    prepared,
    await accepted(
      deps,
      () => deps.committer.accept(operation),
      () => operation,
    ),
  )
}

async function conclude(deps: AcceptDeps, prepared: Prepared, result: AcceptResult | ErrorCode): Promise<Answer | null | 'stale'> {
  const { one, operation, awaited, ran, waiting } = prepared
  const { inbound, listener, examination } = one
  if (typeof result === 'object' && result.kind === 'accepted') {
    if (examination.kind === 'handshake') return answerHandshake(examination.handshake)
    if (ran) return flowAnswer(ran.reply)
    return waiting === undefined
      ? answerOnce(listener, { requestId: inbound.id, runId: operation.runs[0]?.id })
      : answerFlow(deps, listener, { inbound, run: awaited!.id, waiting })
  }
  waiting?.cancel()
  if (typeof result === 'string') return turnAway(deps, inbound, result)
  if (result.kind === 'duplicate') return answerDuplicate(deps, listener, { inbound, first: result.ref })
  if (result.kind === 'stale') return 'stale'
  deps.rejections.count('malformed_request')
  return problemAnswer('malformed_request', { requestId: inbound.id, detail: result.detail })
}

function withEnded(operation: AcceptOperation, ended: NewRun, as: EndedRun): AcceptOperation {
  return { ...operation, runs: operation.runs.map((run) => (run === ended ? { ...run, ended: as } : run)) }
}

function operationOf({ ids, clock }: Pick<AcceptDeps, 'ids' | 'clock'>, { inbound, snapshot, listener, body, examination }: Committable) {
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
    reply_status:
      examination.kind === 'handshake' ? examination.handshake.respond.status : listener.answers === 'flow' ? null : listener.status,
    body_bytes: body.length,
    body: body.length === 0 ? null : body,
  }
  return {
    application: madeFrom(snapshot, 'inbound'),
    dedups: key === null ? [] : [key.dedup],
    request,
    runs,
    messages: [],
  } satisfies AcceptOperation
}

/** What became of it, or the code of the error that kept it from being kept. */
async function accepted(
  deps: AcceptDeps,
  accept: () => Promise<AcceptResult>,
  operation: () => AcceptOperation | null,
): Promise<AcceptResult | ErrorCode> {
  try {
    return await accept()
  } catch (error) {
    return (await lookUp(deps, operation(), error)) ?? asCode(deps.log, error)
  }
}

/** After a commit of which nobody knows whether it was kept, the request itself tells, if it can be read. */
async function lookUp({ store, log }: AcceptDeps, operation: AcceptOperation | null, error: unknown): Promise<AcceptResult | undefined> {
  const request = operation?.request ?? null
  if (!(error instanceof CommitUnknownError) || request === null) return undefined
  try {
    const kept = await store.db.selectFrom('request').select('duplicate_of').where('id', '=', request.id).executeTakeFirst()
    if (kept === undefined) return undefined
    return kept.duplicate_of === null ? { kind: 'accepted' } : { kind: 'duplicate', scope: '', ref: kept.duplicate_of }
  } catch (unread) {
    log.warn('ingest.commit.unread', { error: unread })
    return undefined
  }
}

function asCode(log: Log, error: unknown): ErrorCode {
  if (error instanceof AppError) return error.code
  log.error('ingest.commit.failed', { error })
  return 'store_unavailable'
}

/** A refusal that is not kept with any application. */
function turnAway(deps: Pick<AcceptDeps, 'rejections'>, inbound: Inbound, code: ErrorCode): Answer {
  deps.rejections.count(code)
  return problemAnswer(code, { requestId: inbound.id })
}

function refuse(deps: Pick<AcceptDeps, 'rejections'>, inbound: Inbound, { at, ...refusal }: Refusal & { at: RefusedAt }): Answer {
  deps.rejections.record(inbound, refusal, at)
  return problemAnswer(refusal.code, { requestId: inbound.id, detail: refusal.detail, fields: refusal.fields, headers: refusal.headers })
}

function answerOptions(deps: Pick<AcceptDeps, 'rejections'>, inbound: Inbound, matches: readonly RouteMatch<ListenerRoute>[]): Answer {
  const targets = matches.map(({ target }) => ({ methods: target.methods, allowedOrigins: target.listener().settings.allowedOrigins }))
  const asked = preflight(inbound.headers, targets)
  if (asked.kind === 'refused') return turnAway(deps, inbound, 'origin_not_allowed')
  return { status: 204, headers: { Allow: allowed(matches), ...(asked.kind === 'allowed' && asked.headers) }, body: null }
}

function allowed(matches: readonly RouteMatch<ListenerRoute>[]): string {
  return [...new Set(matches.flatMap(({ target }) => target.methods))].join(', ')
}

function withHeaders(answer: Answer, headers: Readonly<Record<string, string>>): Answer {
  return Object.keys(headers).length === 0 ? answer : { ...answer, headers: { ...answer.headers, ...headers } }
}
