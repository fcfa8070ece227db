import { z } from 'zod'
import { attemptTimeoutMsBounds } from '../plain/attempt-timeout-bounds.ts'

const { min, max } = attemptTimeoutMsBounds
const fault = `A deadline is ${min} to ${max} ms; leave it out for the default.`

/** The deadline of one attempt, as it may be set. */
export const attemptTimeoutMs = z.int().min(min, fault).max(max, fault)
