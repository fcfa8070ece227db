import type { RunId } from '#domain'
import type { Egress, Log } from '#platform'
import type { Store } from '#store'
import type { CompiledListener } from '../listener/listeners.ts'
import type { Inbound } from '../request/inbound.ts'
import type { HandshakeAnswer } from '../systems/handshakes.ts'
import { withEntry, type EntryDeps } from './answer-entry.ts'
import { confirmation, endedAnswer, fixedAnswer, flowAnswer, problemAnswer, timeoutReply, type Answer } from './reply.ts'
import { repliedOf, type Replied, type Waiters, type Waiting } from './waiters.ts'

export interface AnswerDeps {
  readonly egress: Pick<Egress, 'send'>
  readonly log: Log
  readonly waiters: Waiters
  readonly store: EntryDeps['store'] & Pick<Store, 'logs' | 'replies'>
}

/** The listener's own reply, as soon as the request is kept. */
export function answerOnce(listener: CompiledListener, kept: { requestId: string; runId: string | undefined }): Answer {
  return fixedAnswer(listener.settings.reply, listener.status, confirmation(kept.requestId, kept.runId))
}

const CONFIRM_MS = 5000

/** A subscription is confirmed first: where that fails, its sender is asked to try again. */
export async function answerHandshake({ egress, log }: AnswerDeps, asked: HandshakeAnswer, requestId: string): Promise<Answer> {
  const { status, headers, body, confirmUrl } = asked
  if (confirmUrl === null) return { status, headers, body }
  const outcome = await egress.send({ url: confirmUrl, method: 'GET', headers: [], timeoutMs: CONFIRM_MS })
  if (outcome.kind === 'response' && outcome.status === 200) return { status, headers, body }
  log.warn('ingest.handshake.unconfirmed', { request: requestId, why: outcome.kind === 'failed' ? outcome.code : `http_${outcome.status}` })
  return problemAnswer('verification_unavailable', { requestId, detail: 'The subscription could not be confirmed at the moment.' })
}

/** What the run replies, or that it still runs when the time is over. Null: the caller did not wait for it. */
export async function answerFlow(
  deps: AnswerDeps,
  listener: CompiledListener,
  { waiting, ...at }: At & { readonly waiting: Waiting },
): Promise<Answer | null> {
  const awaited = await waiting.answer
  return awaited.kind === 'timeout' ? answerLate(deps, listener, at) : repliedAnswer(deps, awaited, at)
}

/** Whose answer it is. */
interface At {
  readonly application: string
  readonly inbound: Inbound
  readonly run: RunId
}

function repliedAnswer(deps: AnswerDeps, { status, reply }: Replied, at: At): Answer | Promise<Answer> {
  if (reply === null) return endedAnswer(status, { runId: at.run, requestId: at.inbound.id })
  const answer = flowAnswer(reply)
  return reply.entry === undefined ? answer : withEntry(deps, answer, reply.entry, at)
}

/**
 * For a caller whose time is over. What it hears becomes the run's answer first, so that it, its copies and the flow never hear
 * two. Who hung up hears nothing and leaves the answer to the flow; so does a status of 500 or more, which asks for another try:
 * that try hears the flow (decisions/copies-after-a-failure). Where it cannot be written down nothing of the kind is said.
 */
async function answerLate(deps: AnswerDeps, listener: CompiledListener, at: At): Promise<Answer | null> {
  if (at.inbound.isGone()) return null
  const reply = timeoutReply(listener.onTimeout, at.run)
  if (reply.status >= 500) return flowAnswer(reply)
  try {
    return await repliedAnswer(deps, await deps.waiters.answerLate(at.run, reply), at)
  } catch (error) {
    deps.log.warn('ingest.late_answer.failed', { run: at.run, error })
    return problemAnswer('store_unavailable', { requestId: at.inbound.id })
  }
}

/**
 * A copy is answered as its first was: with the reply of the first one's run, waiting for it if it still runs
 * (decisions/copies-after-a-failure). A run that was answered 500 or more has given its key back, so its copies are no duplicates.
 */
export async function answerDuplicate(
  deps: AnswerDeps,
  listener: CompiledListener,
  { first, broughtMany, ...about }: Omit<At, 'run'> & { readonly first: string; readonly broughtMany: boolean },
): Promise<Answer | null> {
  // No run answers for all events of a list, so none is named.
  if (broughtMany) return answerOnce(listener, { requestId: first, runId: undefined })
  const kept = await deps.store.logs.requests.outcome(first)
  const run = kept && (JSON.parse(kept.run_ids) as RunId[])[0]
  // Retention may have taken the first request; what is left to say is that it was accepted.
  if (run === undefined || kept?.reply_status !== null) return answerOnce(listener, { requestId: first, runId: run })
  return answerFlow(deps, listener, { ...about, run, waiting: await waitForFirst(deps, run, listener.timeoutMs) })
}

/** Begins to wait, then looks: a reply that was committed before wakes no more. */
async function waitForFirst({ waiters, store }: AnswerDeps, run: RunId, timeoutMs: number): Promise<Waiting> {
  const waiting = waiters.wait(run, timeoutMs)
  const [reply] = await store.replies([run])
  if (reply === undefined) return waiting
  waiting.cancel()
  return { answer: Promise.resolve(repliedOf(reply)), cancel() {} }
}
