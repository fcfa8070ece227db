import type { Committer, RunAtOnce, Traces } from '#coordination'
import { AppError, type ErrorCode } from '#domain'
import type { Log } from '#platform'
import { CommitUnknownError, type AcceptOperation, type AcceptResult, type NewRun } from '#store'
import { operationOf, withEnded, type OperationDeps } from './accept-operation.ts'
import type { Committable } from './judge.ts'
import { answerDuplicate, answerFlow, answerHandshake, answerOnce, type AnswerDeps } from './reply/answer.ts'
import { turnAway, type RefuseDeps } from './reply/refuse.ts'
import { flowAnswer, problemAnswer, type Answer } from './reply/reply.ts'
import type { Waiting } from './reply/waiters.ts'

export interface CommitDeps extends AnswerDeps, OperationDeps, RefuseDeps {
  readonly committer: Pick<Committer, 'accept' | 'acceptAnew'>
  readonly runAtOnce: RunAtOnce | null
  /** Absent: nobody collects traces. */
  readonly traces?: Traces | undefined
}

/** An operation on its way to its commit. */
export interface Prepared {
  readonly kind: 'prepared'
  readonly one: Committable
  readonly operation: AcceptOperation
  /** The run whose reply the caller waits for. */
  readonly awaited: NewRun | undefined
  readonly ran: ReturnType<RunAtOnce>
  readonly waiting: Waiting | undefined
}

export function prepare(deps: CommitDeps, one: Committable, runAtOnce: RunAtOnce | null): Prepared {
  const operation = operationOf(deps, one)
  const awaited = operation.runs.find((run) => run.answer_by !== null)
  const ran = awaited && runAtOnce?.({ run: awaited, request: operation.request, snapshot: one.snapshot })
  // The reply may be heard of before the commit's promise, so waiting begins before the commit does.
  const waiting = ran === undefined && awaited ? deps.waiters.wait(awaited.id, one.listener.timeoutMs) : undefined
  return { kind: 'prepared', one, operation: ran ? withEnded(operation, awaited, ran.ended) : operation, awaited, ran, waiting }
}

/** One operation of the group commit. Only when it is synced does the caller hear 2xx. */
export async function commit(deps: CommitDeps, one: Committable): Promise<Answer | null | 'stale'> {
  const prepared = prepare(deps, one, deps.runAtOnce)
  let result: AcceptResult | ErrorCode
  try {
    result = await deps.committer.accept(prepared.operation)
  } catch (error) {
    result = await judgeFailure(deps, { operation: prepared.operation, form: one.form }, error)
  }
  return conclude(deps, prepared, result)
}

type Concluded = Answer | null | 'stale'

/** No promise where the answer is known: to hand one on took two further turns of the microtasks. */
export function conclude(deps: CommitDeps, prepared: Prepared, result: AcceptResult | ErrorCode): Concluded | Promise<Concluded> {
  const answer = answerOf(deps, prepared, result)
  if (deps.traces === undefined || typeof result === 'string' || (result.kind !== 'accepted' && result.kind !== 'duplicate')) return answer
  return traced(deps, deps.traces, { prepared, status: result.kind, answer })
}

interface Kept {
  readonly prepared: Prepared
  readonly status: 'accepted' | 'duplicate'
  readonly answer: Concluded | Promise<Concluded>
}

async function traced({ clock }: CommitDeps, traces: Traces, { prepared, status, answer }: Kept): Promise<Concluded> {
  const { operation, one } = prepared
  const { request } = operation
  const keptAt = clock.now()
  const suffix = one.snapshot.listeners.find(({ id }) => id === one.listener.id)?.suffix ?? ''
  const answered = await answer
  const code = answered === null || answered === 'stale' ? undefined : answered.status
  traces.request({ request: request!, status, suffix, keptAt, answeredAt: clock.now(), answer: code })
  for (const run of status === 'accepted' ? operation.runs : []) if (run.ended !== undefined) traces.endedRun(run, request!)
  return answered
}

function answerOf(deps: CommitDeps, prepared: Prepared, result: AcceptResult | ErrorCode): Concluded | Promise<Concluded> {
  const { one, operation, awaited, ran, waiting } = prepared
  const { inbound, listener, examination } = one
  const application = one.snapshot.id
  if (typeof result === 'object' && result.kind === 'accepted') {
    // Behind the commit, and nobody waits for it: whoever reads finds the files where they are.
    void one.form?.keep()
    if (examination.kind === 'handshake') return answerHandshake(deps, examination.handshake, inbound.id)
    if (ran) return flowAnswer(ran.reply)
    return waiting === undefined
      ? answerOnce(listener, { requestId: inbound.id, runId: operation.runs[0]?.id })
      : answerFlow(deps, listener, { application, inbound, run: awaited!.id, waiting })
  }
  waiting?.cancel()
  if (typeof result === 'string') return turnAway(deps, inbound, result)
  if (result.kind === 'duplicate') {
    const broughtMany = examination.kind === 'event' && examination.events !== null
    return answerDuplicate(deps, listener, { application, inbound, first: result.ref, broughtMany })
  }
  if (result.kind === 'stale') return 'stale'
  deps.rejections.count('malformed_request')
  return problemAnswer('malformed_request', { requestId: inbound.id, detail: result.detail })
}

/** What became of an operation whose commit failed, or the code of the error that kept it from being kept. */
export async function judgeFailure(
  deps: CommitDeps,
  { operation, form }: { readonly operation: AcceptOperation | null; readonly form: Committable['form'] },
  error: unknown,
): Promise<AcceptResult | ErrorCode> {
  const found = await lookUp(deps, operation, error)
  if (found !== undefined) return found
  if (error instanceof CommitUnknownError) form?.leave()
  return asCode(deps.log, error)
}

/** After a commit of which nobody knows whether it was kept, the request itself shows it, if it can be read. */
async function lookUp({ store, log }: CommitDeps, operation: AcceptOperation | null, error: unknown): Promise<AcceptResult | undefined> {
  const request = operation?.request ?? null
  if (!(error instanceof CommitUnknownError) || request === null) return undefined
  try {
    const kept = await store.logs.requests.outcome(request.id)
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
