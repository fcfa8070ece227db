import { z } from 'zod'
import { stepRetryPolicySchema } from '../endpoint/retry-policy.ts'
import { signingProfile } from '../endpoint/signing-profile.ts'
import { anyJson } from '../value/any-json.ts'
import { flowLimits } from './flow-limits.ts'

/** An exact text with `{{ }}` in it, or none. */
export const template = z.string().max(flowLimits.templateCharactersMax)

/** A condition: true or false, or exactly one `{{ }}`. */
export const condition = z.union([z.boolean(), template])

/** Any JSON; texts in it may be templated. */
export const templatedJson = anyJson

export const stepId = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,63}$/, 'A step id starts with a lower-case letter, then letters, digits and "_", 64 at most.')

/** Of a whole step or run, with all that it waits for: up to 366 days. */
export const timeoutMs = z.int().min(100).max(31_622_400_000).optional()

/** Names and values of headers. */
export function stepHeaders<Value extends z.ZodType>(value: Value) {
  const { headersMax } = flowLimits
  return z.record(z.string(), value).refine((headers) => Object.keys(headers).length <= headersMax, `Give at most ${headersMax} headers.`)
}

/**
 * How a request is signed, and with which secret; the secret is a reference such as `{{ secrets.erp }}`.
 *
 * @example stepSigningSchema.safeParse({ profile: 'standard', secret: '{{ secrets.erp }}' }).success // true
 */
export const stepSigningSchema = z.strictObject({ profile: signingProfile, secret: template.min(1) })

/** What a step's end is compared with: `TIMEOUT` is a KO with the code `timeout`; `any` matches every end. */
export const nextStatuses = ['OK', 'SKIP', 'KO', 'TIMEOUT', 'any'] as const
/** How a step may end, as `next` says it. */
export type NextStatus = (typeof nextStatuses)[number]

/** A preset, or waits in seconds, as a step says them. */
export type StepRetryPolicy = z.infer<typeof stepRetryPolicySchema>
/** How a step signs what it sends. */
export type StepSigning = z.infer<typeof stepSigningSchema>
