import type { EndpointId, Ids } from '#domain'
import type { Clock, Egress, Random, Transforms } from '#platform'
import type { ApplicationSnapshot } from '#store'
import type { Tokens } from './connection/tokens.ts'
import { deliveryFailures } from './delivery-failures.ts'
import { judgeAttempt, recordAttempt, recordUnsent, sendAttempt, type AttemptRecord } from './send-attempt.ts'
import type { EndpointAims } from './target.ts'
import { transformPayload } from './transform-payload.ts'

export interface TestMessage {
  /** The webhook id: the `id` of the envelope. */
  readonly id: string
  readonly eventType: string
  readonly payload: Uint8Array
}

export type TestResult =
  /** What came of it, as a row of `attempt` would hold it. It is not kept. */
  | { readonly kind: 'tried'; readonly attempt: AttemptRecord }
  /** Nothing was sent. */
  | { readonly kind: 'not_sent'; readonly code: string; readonly detail: string }
  | { readonly kind: 'no_endpoint' }

/** Sends one message to one endpoint, signed like a real one, whatever the endpoint's state; not retried and not counted. */
export type SendTest = (snapshot: ApplicationSnapshot, endpoint: EndpointId, message: TestMessage) => Promise<TestResult>

const SKIPPED = 'transformation_skipped'
const BUSY = { code: 'overloaded', detail: 'Too many expressions wait; try again in a moment.' }

export interface TestAttemptOptions {
  readonly endpointAims: EndpointAims
  readonly egress: Pick<Egress, 'send'>
  readonly tokens: Pick<Tokens, 'get' | 'drop'>
  readonly transforms: Pick<Transforms, 'evaluate' | 'known'>
  readonly clock: Clock
  readonly random: Random
  readonly ids: Ids
}

export function createSendTest(options: TestAttemptOptions): SendTest {
  const { clock, ids } = options
  return async (snapshot, endpoint, { id: webhookId, eventType, payload }) => {
    const found = options.endpointAims(snapshot, endpoint)
    if (!found) return { kind: 'no_endpoint' }
    if (found.aim.kind !== 'target') return { kind: 'not_sent', code: found.aim.code, detail: found.aim.detail }
    const { target } = found.aim
    const plain = { id: ids.make('atmpt'), target, webhookId, eventType, payload, transformed: false, trace: null }
    let order = plain
    if (target.transform !== null) {
      const [startedAt, began] = [clock.now(), clock.monotonic()]
      const made = await transformPayload(options.transforms, target.transform, { payload, eventType, webhookId, owner: snapshot.id })
      if (made.kind === 'busy') return { kind: 'not_sent', ...BUSY }
      if (made.kind === 'skipped') return { kind: 'not_sent', code: SKIPPED, detail: deliveryFailures[SKIPPED].sentence }
      const durationMs = clock.monotonic() - began
      if (made.kind === 'failed') return { kind: 'tried', attempt: recordUnsent(plain, { startedAt, durationMs, ...made }) }
      order = { ...plain, payload: made.body, transformed: true }
    }
    const tried = await sendAttempt(options, order)
    const origin = 'test' as const
    const progress = { target: target.kind, origin, retriesMade: 0, firstAttemptAt: tried.startedAt, retryInSeen: false }
    const decision = judgeAttempt(tried, { ...options, target, progress })
    return { kind: 'tried', attempt: recordAttempt(order, tried, decision) }
  }
}
