import { duration } from '../../lib/time.ts'
import type { Endpoint } from './queries.ts'

/** The presets' waits in seconds; `docs/deliveries.md` has them. */
const presetWaits = {
  standard: [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400],
  invoice: [60, 300, 1800, 7200, 86_400],
} as const

/** "9 retries over 3 d 3 h". Null is what the application has as its own. */
export function retryWords(policy: Endpoint['retryPolicy']): string {
  const waits = waitsOf(policy)
  if (waits === undefined) return policy === null ? 'retries as the application has them' : `retries as ${String(policy)}`
  if (waits.length === 0) return 'no retries'
  const total = waits.reduce((sum, wait) => sum + wait, 0)
  return `${waits.length} ${waits.length === 1 ? 'retry' : 'retries'} over ${duration(total * 1000)}`
}

/** Undefined where the waits are not written down here. */
export function waitsOf(policy: Endpoint['retryPolicy'] | { readonly waitsSeconds: readonly number[] }): readonly number[] | undefined {
  if (policy === null || policy === 'step') return undefined
  return typeof policy === 'string' ? presetWaits[policy] : policy.waitsSeconds
}
