/**
 * A second door, for the programs of child processes: what they use of the plumbing, and nothing that loads what speaks to the network,
 * writes a log or opens a database. A child starts where somebody waits, is killed now and then, and may have secrets.
 */
export { parseBody } from './body/parse-body.ts'
export { fieldsOf, type RequestForm } from './body/request-form.ts'
export { systemClock } from './clock.ts'
export { inTurns } from './in-turns.ts'
export { serveJobs } from './sandbox/serve-jobs.ts'
export { createWeightedCache } from './sandbox/weighted-cache.ts'
export { placeIn } from './transform/place-in.ts'
