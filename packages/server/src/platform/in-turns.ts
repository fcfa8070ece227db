/** Returns true once it has no more to do. Takes about a third of a millisecond. */
export type Step = () => boolean

/** So many steps, of all work together, are taken before everybody else has a turn. */
const STEPS_A_TURN = 4

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
  for (let i = 0; i < STEPS_A_TURN && waiting.length > 0; i++) {
    const work = waiting[0]!
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
