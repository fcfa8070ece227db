import { isPassing } from '#domain'
import type { Clock } from './clock.ts'
import type { LogFields } from './log.ts'

const AGAIN_MS = 60_000

/**
 * What is refused because of the machine (a full disk, a database that is away, a queue without room) is refused a thousand times a second,
 * and a full disk is no place for a line each. So of each event with such an error one line a minute passes, and says how many were left
 * out. Returns the fields to write, or undefined.
 */
export function createSayOnce(clock: Pick<Clock, 'monotonic'>): (event: string, fields: LogFields) => LogFields | undefined {
  const said = new Map<string, { at: number; leftOut: number }>()
  return (event, fields) => {
    const { error } = fields
    if (!isPassing(error)) return fields
    // Both are of our own making, so there are few.
    const key = `${event} ${error.code}`
    const last = said.get(key)
    if (last !== undefined && clock.monotonic() - last.at < AGAIN_MS) return void last.leftOut++
    said.set(key, { at: clock.monotonic(), leftOut: 0 })
    return last === undefined || last.leftOut === 0 ? fields : { ...fields, leftOut: last.leftOut }
  }
}
