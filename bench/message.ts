/**
 * What the load sends and the receiver reads: a body of 1 KB with its own number, so that sets can be compared at the end, and the
 * moment it was due to be sent, so that the receiver knows how long it took. Both have a fixed width and are patched in place.
 */
export const numberSlot = '@@@@@@@@@@@@'
export const momentSlot = '################'
/** The number modulo `spread`, in three digits: which of several event types or endpoints. */
export const spreadSlot = '%%%'

export const bodyBytes = 1024

/** JSON of exactly `bodyBytes` bytes. */
export function payload(): string {
  const around = JSON.stringify({ n: numberSlot, at: momentSlot, data: '' })
  return JSON.stringify({ n: numberSlot, at: momentSlot, data: 'x'.repeat(bodyBytes - around.length) })
}

export const numberText = (n: number) => String(n).padStart(numberSlot.length, '0')
export const momentText = (ms: number) => String(Math.round(ms * 1000)).padStart(momentSlot.length, '0')

/** Reads a slot of a body that came back. Undefined if it is not there. */
export function readSlot(body: Buffer, name: 'n' | 'at'): number | undefined {
  const key = `"${name}":"`
  const at = body.indexOf(key)
  if (at < 0) return undefined
  const start = at + key.length
  const value = Number(body.toString('latin1', start, start + (name === 'n' ? numberSlot : momentSlot).length))
  return Number.isSafeInteger(value) ? value : undefined
}
