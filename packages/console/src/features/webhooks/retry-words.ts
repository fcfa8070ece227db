import { retryPresets } from '@posthorn/sdk'
import { duration } from '../../lib/time.ts'
import type { Endpoint } from './queries.ts'

type Policy = keyof typeof retryPresets | { readonly waitsSeconds: readonly number[] }
type Waits = Pick<(typeof retryPresets)['step' | 'standard'], 'then'> & { readonly waitsSeconds: readonly number[] }

/** "9 retries over 3 d 3 h". Null is what the application has as its own. */
export function retryWords(policy: Endpoint['retryPolicy']): string {
  if (policy === null) return 'retries as the application has them'
  const { waitsSeconds, then } = scheduleOf(policy)
  if (waitsSeconds.length === 0) return 'no retries'
  const retries = `${waitsSeconds.length} ${waitsSeconds.length === 1 ? 'retry' : 'retries'}`
  if (then !== null) return `${retries}, then one every ${seconds(then.everySeconds)}, over ${seconds(then.untilSeconds)}`
  return `${retries} over ${seconds(waitsSeconds.reduce((sum, wait) => sum + wait, 0))}`
}

/** When it is tried again, for a person who chooses; empty where it never is. */
export function scheduleWords(policy: Policy): string {
  const { waitsSeconds, then } = scheduleOf(policy)
  if (waitsSeconds.length === 0) return ''
  const tail = then === null ? '' : `, then every ${seconds(then.everySeconds)} until ${seconds(then.untilSeconds)} after the first attempt`
  return `Tried again after ${waitsSeconds.map(seconds).join(', ')}${tail}.`
}

function scheduleOf(policy: Policy): Waits {
  return typeof policy === 'string' ? retryPresets[policy] : { ...policy, then: null }
}

const seconds = (count: number): string => duration(count * 1000)
