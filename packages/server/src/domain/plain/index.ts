/** A second door, for threads: what of the nouns loads no schema of the contract. */
export { AppError, type FieldFault } from '../app-error.ts'
export { belonging } from '../belonging.ts'
export { type CountedMinute, firstMinuteOfHour, reserveOfHour } from '../delivery/hourly-quota.ts'
export { firstIdAt } from '../ids.ts'
