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

/** Undefined where the body is none of ours. */
export const readNumber = (body: Buffer): number | undefined => readDigits(body, slots.number)
/** Fractional milliseconds. */
export function readMoment(body: Buffer): number | undefined {
  const microseconds = readDigits(body, slots.moment)
  return microseconds === undefined ? undefined : microseconds / 1000
}

interface Slot {
  readonly key: Buffer
  readonly digits: number
  /** Where it stood in the body before: mostly it stands there again. */
  at: number
}

const slots = {
  number: { key: Buffer.from('"n":"'), digits: numberSlot.length, at: 0 } as Slot,
  moment: { key: Buffer.from('"at":"'), digits: momentSlot.length, at: 0 } as Slot,
}

function readDigits(body: Buffer, slot: Slot): number | undefined {
  const { key, digits } = slot
  const isThere = slot.at + key.length <= body.length && body.compare(key, 0, key.length, slot.at, slot.at + key.length) === 0
  const at = isThere ? slot.at : body.indexOf(key)
  if (at < 0) return undefined
  slot.at = at
  let value = 0
  for (let i = at + key.length; i < at + key.length + digits; i++) {
    const digit = body[i]! - 48
    if (!(digit >= 0 && digit <= 9)) return undefined
    value = value * 10 + digit
  }
  return value
}
