import { z } from 'zod'

/** The presets by name: of endpoints, of invoices, of Send Webhook steps. */
export const retryPresetNames = ['standard', 'invoice', 'step'] as const

const waitFault = 'A wait is 1 to 86400 seconds.'
const waitsSeconds = z.array(z.int().min(1, waitFault).max(86_400, waitFault)).max(100, 'There are at most 100 waits.')
const jitter = z.number().min(0, 'Jitter is 0 to 1.').max(1, 'Jitter is 0 to 1.')
const error = 'Give "standard", "invoice", "step", or waits of your own: { "waitsSeconds": [60, 300], "jitter": 0.2 }.'

const preset = z.enum(retryPresetNames)

/** A preset, or waits of one's own. */
export const retryPolicySetting = z.union([preset, z.strictObject({ waitsSeconds, jitter: jitter.default(0) })], { error })

/** The same as it stands in a definition, where what is written is what is kept. */
export const stepRetryPolicySchema = z.union([preset, z.strictObject({ waitsSeconds, jitter: jitter.optional() })], { error })
