import { systemClock } from './clock.ts'

/** Returns true once it has no more to do. Takes a millisecond at most; several times as long while its code is new to V8. */
export type Step = () => boolean

/** After so long, of all work together, everybody else has a turn. */
const TURN_MS = 3

interface Work {
  readonly step: Step
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

const waiting: Work[] = []

/**
 * Does long work on the main thread in small steps, so that nobody waits for its end. All such work of the process shares one
 * budget: ten large requests take ten times as long, and hold up the small ones no more than one of them does.
 */
export function inTurns(step: Step): Promise<void> {
  return new Promise((resolve, reject) => {
    waiting.push({ step, resolve, reject })
    if (waiting.length === 1) setImmediate(turn)
  })
}

function turn(): void {
  // The machine's clock, because what is measured is the machine's own time, whatever time it is for the rooms.
  const end = systemClock.monotonic() + TURN_MS
  for (let work = waiting[0]; work !== undefined; work = systemClock.monotonic() < end ? waiting[0] : undefined) {
    let done = true
    try {
      done = work.step()
      if (done) work.resolve()
    } catch (error) {
      work.reject(error)
    }
    waiting.shift()
    if (!done) waiting.push(work)
  }
  if (waiting.length > 0) setImmediate(turn)
}
