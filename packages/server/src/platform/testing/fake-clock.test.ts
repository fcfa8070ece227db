import { describe, expect, it } from 'vitest'
import { sleep } from '../clock.ts'
import { createFakeClock } from './fake-clock.ts'

describe('the fake clock', () => {
  it('moves only when it is moved, wall and monotonic time together', () => {
    const clock = createFakeClock(1_000_000)
    expect([clock.now(), clock.monotonic()]).toEqual([1_000_000, 0])
    clock.advance(1_500)
    expect([clock.now(), clock.monotonic()]).toEqual([1_001_500, 1_500])
  })

  it('fires timers in order of due time, then of setting, at their own time', () => {
    const clock = createFakeClock(0)
    const fired: [string, number][] = []
    const set = (name: string, delay: number) => clock.after(delay, () => fired.push([name, clock.now()]))
    set('c', 30)
    set('a', 10)
    set('b1', 20)
    set('b2', 20)
    set('late', 101)
    clock.advance(100)
    expect(fired).toEqual([
      ['a', 10],
      ['b1', 20],
      ['b2', 20],
      ['c', 30],
    ])
    expect([clock.now(), clock.pending]).toEqual([100, 1])
  })

  it('fires timers that timers set, and none that was cancelled', () => {
    const clock = createFakeClock(0)
    const fired: number[] = []
    const again = () => {
      fired.push(clock.now())
      clock.after(10, again)
    }
    clock.after(10, again)
    const cancelled = clock.after(15, () => fired.push(-1))
    clock.after(12, () => cancelled.cancel())
    clock.advance(35)
    expect(fired).toEqual([10, 20, 30])
  })

  it('lets code that awaits set its next timer', async () => {
    const clock = createFakeClock(0)
    const woke: number[] = []
    const sleeper = async () => {
      for (let i = 0; i < 5; i++) {
        await sleep(clock, 10)
        woke.push(clock.now())
      }
    }
    const done = sleeper()
    await clock.run(1_000)
    await done
    expect(woke).toEqual([10, 20, 30, 40, 50])
  })

  it('F9: jumps in wall time alone', () => {
    const clock = createFakeClock(0)
    let fired = false
    clock.after(1_000, () => (fired = true))
    clock.jump(86_400_000)
    expect([clock.now(), clock.monotonic(), fired]).toEqual([86_400_000, 0, false])
    clock.jump(-86_400_000)
    clock.advance(1_000)
    expect([clock.now(), fired]).toEqual([1_000, true])
  })
})
