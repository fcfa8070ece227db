import { z } from 'zod'

/** Waits before each retry, how far each may vary, and what follows after the last: nothing, or one more every so often until so long after the first attempt. */
interface RetryPreset {
  readonly waitsSeconds: readonly number[]
  readonly jitter: number
  readonly then: { readonly everySeconds: number; readonly untilSeconds: number } | null
}

/**
 * The presets by name: of endpoints, of invoices, of Send Webhook steps. All that anybody knows of a preset is made of its row.
 *
 * @example retryPresets.invoice // { waitsSeconds: [60, 300, 1800, 7200, 86400], jitter: 0, then: null }
 */
export const retryPresets = {
  // The example of Standard Webhooks. Over three days, and spread, so that many deliveries that failed together do not return together.
  standard: { waitsSeconds: [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400], jitter: 0.2, then: null },
  invoice: { waitsSeconds: [60, 300, 1800, 7200, 86_400], jitter: 0, then: null },
  step: { waitsSeconds: [5, 10, 20, 40, 80, 160, 320, 640, 1280], jitter: 0, then: { everySeconds: 1800, untilSeconds: 43_200 } },
} as const satisfies Readonly<Record<string, RetryPreset>>
/** What a preset is called. */
export type RetryPresetName = keyof typeof retryPresets

/**
 * The same as a list.
 *
 * @example retryPresetNames // ['standard', 'invoice', 'step']
 */
export const retryPresetNames = Object.keys(retryPresets) as RetryPresetName[]

const waitFault = 'A wait is 1 to 86400 seconds.'
const waitsSeconds = z.array(z.int().min(1, waitFault).max(86_400, waitFault)).max(100, 'There are at most 100 waits.')
const jitter = z.number().min(0, 'Jitter is 0 to 1.').max(1, 'Jitter is 0 to 1.')
const error = `Give ${retryPresetNames.map((name) => `"${name}"`).join(', ')}, or waits of your own: { "waitsSeconds": [60, 300], "jitter": 0.2 }.`

const preset = z.enum(retryPresetNames)

/** A preset, or waits of one's own. */
export const retryPolicySetting = z.union([preset, z.strictObject({ waitsSeconds, jitter: jitter.default(0) })], { error })

/** The same as it stands in a definition, where what is written is what is kept. */
export const stepRetryPolicySchema = z.union([preset, z.strictObject({ waitsSeconds, jitter: jitter.optional() })], { error })
