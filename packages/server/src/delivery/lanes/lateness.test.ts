import { describe, expect, it } from 'vitest'
import type { Lane, Task } from '#store'
import { HeldLane } from './held-lane.ts'
import { noLimits } from './lane-limits.ts'
import { Lateness } from './lateness.ts'

const row: Lane = { lane: 'ep_1', application: 'app_1', epoch: 1, failures: 0, circuitUntil: 0, blockedUntil: 0, takeovers: 0 }
const task: Task = { lane: 'ep_1', due: 0, delivery: 'dlv_1', manual: false }

/** Turns of 5 ms, and a lane whose attempts take `tookMs`; `late` counts. */
function setUp({ tookMs, underWay = 1 }: { tookMs: number; underWay?: number }) {
  const noted = { late: 0 }
  const lateness = new Lateness({ turnMs: () => 5, onLate: () => void noted.late++ })
  const lane = new HeldLane(row, { monotonic: 0, now: 0 })
  for (let i = 0; i < 100; i++) lateness.ended(lane, tookMs, { monotonic: i * tookMs, underWay })
  const begin = (waitedMs: number, crowded = false) =>
    lateness.began(lane, { task, content: undefined, since: 0 }, { monotonic: waitedMs, crowded })
  return { lane, begin, noted }
}

describe('which deliveries are late because of this process', () => {
  it('one that waited for long, though its receiver answers within a few turns', () => {
    const { begin, noted } = setUp({ tookMs: 10 })
    begin(50)
    expect(noted.late).toBe(0)
    begin(51)
    expect(noted.late).toBe(1)
  })

  it('none that waits for a slow receiver', () => {
    const { begin, noted } = setUp({ tookMs: 30 })
    begin(10_000)
    expect(noted.late).toBe(0)
  })

  it('none of a lane that may not send as fast as it can', () => {
    const { lane, begin, noted } = setUp({ tookMs: 10 })
    lane.limits = { ...noLimits, concurrency: 1 }
    begin(10_000)
    expect(noted.late).toBe(0)
  })

  it('none where slots run short because slow receivers hold them', () => {
    const slow = setUp({ tookMs: 10, underWay: 400 })
    slow.begin(10_000, true)
    expect(slow.noted.late).toBe(0)
    const quick = setUp({ tookMs: 10, underWay: 2 })
    quick.begin(10_000, true)
    expect(quick.noted.late).toBe(1)
  })
})
