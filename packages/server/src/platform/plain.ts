/** A second door, for threads: what of the plumbing loads nothing else of it. */
export { systemClock } from './clock.ts'
export { hasCode, syncFolder } from './durable-file.ts'
export { createFailpoint } from './failpoint.ts'
export { readInTurns, type ReadRow } from './read-in-turns.ts'
export { SEALED_PREFIX } from './vault.ts'
