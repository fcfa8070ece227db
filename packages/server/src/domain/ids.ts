/**
 * Ids: a prefix that names the noun, then 22 base62 digits of a UUIDv7. They sort by the millisecond in which they were
 * made, and within it by a counter, in plain byte order; so a log is paged by id alone and a look-up by id knows its day.
 */
export type Id<P extends string> = `${P}_${string}`

export type ApplicationId = Id<'app'>
export type EndpointId = Id<'ep'>
export type MessageId = Id<'msg'>
export type DeliveryId = Id<'dlv'>
export type AttemptId = Id<'atmpt'>
export type ListenerId = Id<'lst'>
export type RequestId = Id<'req'>
export type FlowId = Id<'flow'>
export type RunId = Id<'run'>
export type EntryId = Id<'entry'>
export type SessionId = Id<'ses'>
export type KeyId = Id<'key'>
export type AuditId = Id<'aud'>

export type IdPrefix = 'app' | 'ep' | 'msg' | 'dlv' | 'atmpt' | 'lst' | 'req' | 'flow' | 'run' | 'entry' | 'ses' | 'key' | 'aud' | 'evt'

/** Makes ids. One per process: the counter that keeps ids of one millisecond in order lives here. */
export interface Ids {
  make<P extends IdPrefix>(prefix: P): Id<P>
}

/** What ids are made from; `platform`'s clock and randomness fit. */
export interface IdSource {
  now(): number
  fill(target: Uint8Array): Uint8Array
}

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const LENGTH = 22

export function createIds(source: IdSource): Ids {
  const bytes = new Uint8Array(10)
  const view = new DataView(bytes.buffer)
  let last = 0
  let counter = 0
  return {
    make(prefix) {
      const now = source.now()
      if (now > last) {
        last = now
        source.fill(bytes)
        counter = view.getUint16(0) & 0x7ff // the top bit stays free, so that a millisecond has room for 2,048 more
      } else if (++counter > 0xfff) {
        // The clock stood still or went back: borrow from the next millisecond rather than repeat an id.
        last++
        counter = 0
      }
      source.fill(bytes)
      const high = Math.floor(last / 0x10000)
      const low = ((last % 0x10000) * 0x10000 + (0x7000 | counter)) >>> 0
      const tail = ((view.getUint32(2) & 0x3fffffff) | 0x80000000) >>> 0
      return `${prefix}_${base62(high, low, tail, view.getUint32(6))}` as never
    },
  }
}

/** The millisecond in which an id was made; undefined for text that is not an id. */
export function idTime(id: string): number | undefined {
  const digits = id.slice(id.indexOf('_') + 1)
  if (digits.length !== LENGTH) return undefined
  let value = 0n
  for (const digit of digits) {
    const place = DIGITS.indexOf(digit)
    if (place < 0) return undefined
    value = value * 62n + BigInt(place)
  }
  return value >> 128n ? undefined : Number(value >> 80n)
}

/** The smallest id of a kind that could have been made at `time`: the lower bound for paging and retention by time. */
export function firstIdAt<P extends IdPrefix>(prefix: P, time: number): Id<P> {
  const bounded = Math.max(0, Math.floor(time))
  return `${prefix}_${base62(Math.floor(bounded / 0x10000), ((bounded % 0x10000) * 0x10000) >>> 0, 0, 0)}` as Id<P>
}

/** True if `text` has the shape of an id of this kind; callers' own uids are refused when they do. */
export function isId<P extends IdPrefix>(prefix: P, text: string): text is Id<P> {
  return text.length === prefix.length + 1 + LENGTH && text.startsWith(`${prefix}_`)
}

/** Long division of four 32-bit words by 62, two digits (3,844) at a time: BigInt took five times as long on the accept path. */
function base62(a: number, b: number, c: number, d: number): string {
  let text = ''
  for (let i = 0; i < LENGTH / 2; i++) {
    let rest = a % 3844
    a = (a - rest) / 3844
    let part = rest * 0x100000000 + b
    rest = part % 3844
    b = (part - rest) / 3844
    part = rest * 0x100000000 + c
    rest = part % 3844
    c = (part - rest) / 3844
    part = rest * 0x100000000 + d
    rest = part % 3844
    d = (part - rest) / 3844
    text = DIGITS[(rest / 62) | 0]! + DIGITS[rest % 62]! + text
  }
  return text
}
