import type { Clock } from './clock.ts'

const AGAIN_MS = 60_000

/** Of a line of the log. */
export type LogFields = Readonly<Record<string, unknown>>

/** What may happen a thousand times a second is one line a minute, which says how many were left out. */
export interface SayOnce {
  /** The fields to write; undefined: nothing. `key`: what counts as the same; of our own making, so that there are few. */
  pass(key: string, fields: LogFields): LogFields | undefined
  /** It is over: what comes next under this key is news. */
  forget(key: string): void
}

export function createSayOnce(clock: Pick<Clock, 'monotonic'>): SayOnce {
  const said = new Map<string, { readonly at: number; leftOut: number }>()
  return {
    pass(key, fields) {
      const last = said.get(key)
      if (last !== undefined && clock.monotonic() - last.at < AGAIN_MS) return void last.leftOut++
      said.set(key, { at: clock.monotonic(), leftOut: 0 })
      return last === undefined || last.leftOut === 0 ? fields : { ...fields, leftOut: last.leftOut }
    },
    forget: (key) => void said.delete(key),
  }
}
