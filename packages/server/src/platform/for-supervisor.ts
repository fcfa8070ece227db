/** A further door: what the supervisor of workers needs to log. It loads nothing else, so that it takes little beside them. */
export { systemClock } from './clock.ts'
export { LineWriter } from './line-writer.ts'
export { createLog, type Log } from './log.ts'
