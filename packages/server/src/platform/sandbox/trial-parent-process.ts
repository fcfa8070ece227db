import { systemClock } from '../clock.ts'
import { createChildPool } from './child-pool.ts'
import { programBeside } from './program-beside.ts'
import type { TrialJob } from './trial-process.ts'

/** A parent for the tests of the pool, to be killed while its child is in a loop. It says which process that is. */
const FOR_MS = 90_000

const pool = createChildPool<TrialJob, unknown>({
  clock: systemClock,
  program: programBeside('./trial-process', import.meta.url),
  processes: 1,
  cpuMs: FOR_MS,
})
// A child does not keep its parent alive; the channel to the test does.
process.on('message', () => undefined)
const { answer } = (await pool.run({ kind: 'who' }, { owner: 'app' })) as { answer: number }
void pool.run({ kind: 'spin', forMs: FOR_MS }, { owner: 'app' })
process.send!(answer)
