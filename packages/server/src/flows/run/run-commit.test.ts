import { expect, it } from 'vitest'
import { createIds } from '#domain'
import { systemRandom } from '#platform'
import type { ApplicationSnapshot, LoadedRun } from '#store'
import { longestTurnMs } from '../../../../../test/support/longest-turn.ts'
import type { RunEffects } from '../segment/run-outcome.ts'
import { emitted, emittedInTurns, type CommitMaking } from './run-commit.ts'

const random = systemRandom()
const making = { ids: createIds({ now: () => 0, fill: (target) => random.fill(target) }), now: () => 0 } as unknown as CommitMaking
const loaded = { run: { id: 'run_1', application_id: 'app_1', input: null }, request: null } as unknown as LoadedRun

/** A hundred endpoints whose filters look for what no message has, but for one that has none. */
function snapshotOf(filter: string, endpoints = 100): ApplicationSnapshot {
  const endpoint = (i: number) => ({ id: `ep_${i}`, state: 'active', event_types: null, channels: null, filter: i === 0 ? null : filter })
  return {
    id: 'app_1',
    uid: null,
    flows: [],
    endpoints: Array.from({ length: endpoints }, (_, i) => endpoint(i)),
  } as unknown as ApplicationSnapshot
}

/** As many as one commit of a run may bring. */
function effectsOf(data: object): RunEffects {
  const message = { id: 'msg_1' as const, eventType: 'a', eventId: null, channels: null, data: Buffer.from(JSON.stringify(data)) }
  return { messages: Array.from({ length: 32 }, () => message), deliveries: [], givenUp: [], heard: null, reply: null }
}

const dear = snapshotOf(JSON.stringify({ $or: Array.from({ length: 500 }, (_, i) => ({ a: { $in: [`value${i}`] } })) }))
const large = effectsOf({ a: Array.from({ length: 4200 }, (_, i) => `w${i}`) })

it('matches the messages of a run one by one, with turns for everybody else in between', async () => {
  emitted(loaded, effectsOf({}), dear, making)
  let messages: readonly unknown[] = []
  const longestMs = await longestTurnMs(async () => ({ messages } = await emittedInTurns(loaded, large, dear, making)!))
  expect(messages).toHaveLength(32)
  expect(longestMs).toBeLessThan(150)
})

it('makes the same in turns and in one piece, where filters take no longer than they may', async () => {
  const snapshot = snapshotOf(JSON.stringify({ data: { a: 1 } }))
  for (const a of [1, 2]) {
    const effects = effectsOf({ a })
    const [one, other] = [emitted(loaded, effects, snapshot, making), await emittedInTurns(loaded, effects, snapshot, making)!]
    expect(one.messages.map(({ deliveries }) => deliveries.length)).toEqual(Array.from({ length: 32 }, () => (a === 1 ? 100 : 1)))
    expect(other.messages.map(({ deliveries }) => deliveries.length)).toEqual(one.messages.map(({ deliveries }) => deliveries.length))
  }
})

it('in one piece the filters of all messages share what those of one may cost; what nobody looked at is sent', () => {
  emitted(loaded, effectsOf({}), dear, making)
  const { messages } = emitted(loaded, large, dear, making)
  expect([messages[0]!.deliveries.length, messages.at(-1)!.deliveries.length]).toEqual([1, 100])
})

it('waits for nothing where there is nothing to match', () => {
  expect(emittedInTurns(loaded, { ...large, messages: [] }, dear, making)).toBeUndefined()
  const one = { ...large, messages: effectsOf({ a: 1 }).messages.slice(0, 1) }
  expect(emittedInTurns(loaded, one, snapshotOf(JSON.stringify({ data: { a: 1 } }), 10), making)).toBeUndefined()
})

it('matches a single message in turns as well, if it is large or goes to many', async () => {
  const few = snapshotOf(JSON.stringify({ data: { a: 1 } }), 2)
  for (const [effects, snapshot] of [
    [large, few],
    [effectsOf({ a: 1 }), dear],
  ] as const) {
    const made = await emittedInTurns(loaded, { ...effects, messages: effects.messages.slice(0, 1) }, snapshot, making)
    expect(made?.messages.map(({ deliveries }) => deliveries.length)).toEqual([1])
  }
})
