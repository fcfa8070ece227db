import type { RunId } from '#domain'
import type { Store } from '#store'
import type { Inbound } from './inbound.ts'
import type { CompiledListener } from './listeners.ts'
import { confirmation, endedAnswer, fixedAnswer, flowAnswer, timeoutAnswer, type Answer } from './reply.ts'
import type { Handshake } from './systems/system.ts'
import type { Waiters, Waiting } from './waiters.ts'

export interface AnswerDeps {
  readonly waiters: Waiters
  readonly store: Pick<Store, 'db' | 'replies'>
}

/** The listener's own reply, as soon as the request is kept. */
export function answerOnce(listener: CompiledListener, kept: { requestId: string; runId: string | undefined }): Answer {
  return fixedAnswer(listener.settings.reply, listener.status, confirmation(kept.requestId, kept.runId))
}

export function answerHandshake({ respond }: Handshake): Answer {
  return { status: respond.status, headers: respond.body === null ? {} : { 'Content-Type': 'application/json' }, body: respond.body }
}

/** What the run replies, or that it still runs when the time is over. */
export async function answerFlow(
  listener: CompiledListener,
  { inbound, run, waiting }: { inbound: Inbound; run: RunId; waiting: Waiting },
): Promise<Answer> {
  const awaited = await waiting.answer
  if (awaited.kind === 'timeout') return timeoutAnswer(listener.onTimeout, run)
  if (awaited.reply !== null) return flowAnswer(awaited.reply)
  return endedAnswer(awaited.status, { runId: run, requestId: inbound.id })
}

/**
 * A copy is answered as its first was: with the reply of the first one's run, waiting for it if it still runs (decisions.md
 * 22). A run that was answered 500 or more has given its key back, so its copies are no duplicates.
 */
export async function answerDuplicate(
  deps: AnswerDeps,
  listener: CompiledListener,
  { inbound, first }: { inbound: Inbound; first: string },
): Promise<Answer> {
  const kept = await deps.store.db.selectFrom('request').select(['run_ids', 'reply_status']).where('id', '=', first).executeTakeFirst()
  const run = kept && (JSON.parse(kept.run_ids) as RunId[])[0]
  // Retention may have taken the first request; what is left to say is that it was accepted.
  if (run === undefined || kept?.reply_status !== null) return answerOnce(listener, { requestId: first, runId: run })
  return answerFlow(listener, { inbound, run, waiting: await waitForFirst(deps, run, listener.timeoutMs) })
}

/** Begins to wait, then looks: a reply that was committed before rings no more. */
async function waitForFirst({ waiters, store }: AnswerDeps, run: RunId, timeoutMs: number): Promise<Waiting> {
  const waiting = waiters.wait(run, timeoutMs)
  const [reply] = await store.replies([run])
  if (reply === undefined) return waiting
  waiting.cancel()
  return {
    answer: Promise.resolve({ kind: 'replied', status: reply.status, reply: reply.reply === null ? null : JSON.parse(reply.reply) }),
    cancel() {},
  }
}
