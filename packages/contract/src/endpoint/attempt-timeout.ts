import { z } from 'zod'

/** How long one attempt may take, by whatever asks for it: an endpoint, a step, a plan. */
export const attemptTimeoutMsBounds = { min: 100, max: 60_000 } as const

const { min, max } = attemptTimeoutMsBounds
const fault = `A deadline is ${min} to ${max} ms; leave it out for the default.`

/** The deadline of one attempt, as it may be set. */
export const attemptTimeoutMs = z.int().min(min, fault).max(max, fault)
