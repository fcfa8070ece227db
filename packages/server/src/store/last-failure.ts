import type { Settlement } from './port/settlement.ts'

/**
 * What a settlement leaves as its delivery's last failure; undefined: what stood there. One that ends without a reason of its own takes the
 * attempt's, and one that waits its own.
 */
export function lastFailure({ attempt, next }: Pick<Settlement, 'attempt' | 'next'>): string | null | undefined {
  if (next.kind === 'end' && next.failure !== null) return next.failure
  if (next.kind === 'end' && next.status === 'delivered') return null
  if (next.kind === 'wait' && next.failure !== undefined) return next.failure
  return attempt === null ? undefined : attempt.failure
}
