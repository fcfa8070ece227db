import { systemClock } from './clock.ts'

/** Returns true once it has no more to do. Takes a millisecond at most; several times as long while its code is new to V8. */
export type Step = () => boolean

/** After so long, of all work together, everybody else has a turn. */
const TURN_MS = 3
/** So much of it each work has in its round, whatever its steps take: one whose step took fifteen sits out fourteen rounds. */
const SHARE_MS = 1

interface Work {
  readonly step: Step
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
  /** What it took beyond its shares; below 0: what is left of them. */
  owedMs: number
}

const waiting: Work[] = []

/**
 * Does long work on the main thread in small steps, so that nobody waits for its end. All such work of the process shares one
 * budget: ten large requests take ten times as long, and hold up the small ones no more than one of them does. Shares are of time: by the
 * step, a batch of small messages, with hundreds of steps, waited each time for one of every large body.
 */
export function inTurns(step: Step): Promise<void> {
  return new Promise((resolve, reject) => {
    waiting.push({ step, resolve, reject, owedMs: 0 })
    if (waiting.length === 1) setImmediate(turn)
  })
}

function turn(): void {
  // The machine's clock, because what is measured is the machine's own time, whatever time it is for the rooms.
  let now = systemClock.monotonic()
  const end = now + TURN_MS
  while (waiting.length > 0 && now < end) {
    const work = waiting[0]!
    if (work.owedMs >= 0) work.owedMs -= SHARE_MS
    let isDone = false
    while (!isDone && work.owedMs < 0 && now < end) {
      isDone = took(work)
      const before = now
      now = systemClock.monotonic()
      work.owedMs += now - before
    }
    waiting.shift()
    if (!isDone) waiting.push(work)
  }
  if (waiting.length > 0) setImmediate(turn)
}

/** A step of it, and whether that was the last. */
function took({ step, resolve, reject }: Work): boolean {
  try {
    const isDone = step()
    if (isDone) resolve()
    return isDone
  } catch (error) {
    reject(error)
    return true
  }
}
