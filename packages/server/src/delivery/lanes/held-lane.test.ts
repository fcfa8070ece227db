import { circuitLimitsDefault, type AttemptEffects } from '#domain'
import type { Lane } from '#store'
import { expect, it } from 'vitest'
import { HeldLane, LANE_IN_FLIGHT_MAX } from './held-lane.ts'

const NOW = 1_000_000
const MONOTONIC = 50_000

const held = (part: Partial<Lane> = {}): HeldLane => {
  const row = { lane: 'ep_1', application: 'app_1' as const, epoch: 1, failures: 0, circuitUntil: 0, blockedUntil: 0, takeovers: 0 }
  return new HeldLane({ ...row, ...part }, { monotonic: MONOTONIC, now: NOW })
}

const room = (lane: HeldLane, monotonic = MONOTONIC): number => {
  const before = lane.inFlight
  while (lane.canStart(monotonic)) lane.inFlight++
  const started = lane.inFlight - before
  lane.inFlight = before
  return started
}

const learn = (lane: HeldLane, countsAs: AttemptEffects['countsAs'], part: Partial<AttemptEffects> & { timedOut?: boolean } = {}) => {
  const { timedOut = false, ...effects } = part
  const none = { laneWaitMs: 0, slowDown: false, disableEndpoint: null, answer: {} }
  return lane.learn({ ...none, countsAs, ...effects }, { ...circuitLimitsDefault, monotonic: MONOTONIC, timedOut })
}

it('takes the times of the store over to its own clock', () => {
  expect(held({ blockedUntil: NOW + 7000 }).closedUntil).toBe(MONOTONIC + 7000)
  expect(held({ circuitUntil: NOW + 9000 }).closedUntil).toBe(MONOTONIC + 9000)
  expect(room(held({ blockedUntil: NOW - 1 }))).toBe(LANE_IN_FLIGHT_MAX)
})

it('a lane that was taken over three times without a settlement gets one attempt at a time, until one succeeds', () => {
  const lane = held({ takeovers: 3 })
  expect(room(lane)).toBe(1)
  learn(lane, 'success')
  expect(room(lane)).toBe(2)
  expect(room(held({ takeovers: 2 }))).toBe(LANE_IN_FLIGHT_MAX)
})

it('a circuit whose time has come stays open in the store while it is probed', () => {
  const lane = held({ failures: 5, circuitUntil: NOW - 1 })
  expect(room(lane)).toBe(1)
  learn(lane, 'nothing', { laneWaitMs: 3000 })
  expect(lane.update(MONOTONIC)).toMatchObject({ failures: 5, circuitInMs: 1, blockedInMs: 3000 })
})

it.each([
  ['a timeout', { timedOut: true }],
  ['a 429', { slowDown: true }],
])('%s halves what may be under way, a success adds one', (_, sign) => {
  const lane = held()
  for (let i = 0; i < 3; i++) learn(lane, 'failure', sign)
  expect(room(lane)).toBe(4)
  learn(lane, 'success')
  expect(room(lane)).toBe(5)
})

it('a plain failure says nothing about the pace', () => {
  const lane = held()
  for (let i = 0; i < 4; i++) learn(lane, 'failure')
  expect(room(lane)).toBe(LANE_IN_FLIGHT_MAX)
})

it('writes what changed into the store, and nothing in an unbroken row of successes', () => {
  const lane = held()
  expect(learn(lane, 'success')).toBe('same')
  expect(learn(lane, 'failure')).toBe('changed')
  expect(learn(lane, 'success')).toBe('changed')
  expect(learn(lane, 'success')).toBe('same')
  expect(learn(lane, 'nothing')).toBe('same')
  expect(learn(lane, 'failure', { disableEndpoint: 'gone' })).toBe('disable')
})

it('the times it says are whole milliseconds', () => {
  const lane = held()
  learn(lane, 'failure', { laneWaitMs: 1000 })
  expect(lane.update(MONOTONIC + 0.4)).toMatchObject({ failures: 1, circuitInMs: 0, blockedInMs: 1000 })
})

it('says that the endpoint is stopped with every update, until one was taken', () => {
  const lane = held()
  const stop = { state: 'disabled', reason: 'gone', audit: {} as never } as const
  lane.stop(stop)
  expect(lane.update(MONOTONIC).stop).toBe(stop)
  expect(room(lane)).toBe(0)
  lane.stopped()
  expect(lane.update(MONOTONIC).stop).toBeNull()
  expect(room(lane)).toBe(0)
})
