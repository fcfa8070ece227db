/**
 * A second door: what of the contract is plain data, without a schema. Threads that have no use for schemas enter here: to build all of them
 * takes 30 MB and a tenth of a second.
 */
export { attemptTimeoutMsBounds } from './attempt-timeout-bounds.ts'
export { type ErrorCode, errors } from '../errors.ts'
