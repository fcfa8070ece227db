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
export type SessionId = Id<'ses'>
export type KeyId = Id<'key'>
export type MemberId = Id<'mem'>
export type AuditId = Id<'aud'>
export type ReplayId = Id<'rpl'>
export type EntryId = Id<'entry'>

export type IdPrefix =
  | 'app'
  | 'ep'
  | 'msg'
  | 'dlv'
  | 'atmpt'
  | 'lst'
  | 'req'
  | 'flow'
  | 'run'
  | 'entry'
  | 'ses'
  | 'key'
  | 'mem'
  | 'aud'
  | 'evt'
  | 'sec'
  | 'rpl'
  | 'view'

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

const LIMB = 62 ** 4
const PAIRS = Array.from({ length: 62 * 62 }, (_, i) => DIGITS[Math.floor(i / 62)]! + DIGITS[i % 62]!)
/**
 * The 128 bits of an id are six parts: two of time, version and counter, three of randomness. Each has 24 bits at most, so that a
 * double holds the sum of their products below. These are the bits behind each.
 */
const PART_SHIFTS = [104n, 80n, 64n, 48n, 24n, 0n]
/** For each limb of four digits, the lowest first: what one of each part adds to it. The low parts, which add nothing to a high limb, are left out. */
const WEIGHTS = [0n, 1n, 2n, 3n, 4n, 5n].map((limb) =>
  PART_SHIFTS.map((shift) => Number(((1n << shift) / BigInt(LIMB) ** limb) % BigInt(LIMB))).filter((weight) => weight > 0),
)

/**
 * Dividing 128 bits by 62 took 1.7 µs for each id on the accept path. Doing so once for each millisecond and adding the rest to it
 * was no gain where a millisecond has few ids: it took 2.5 µs. In doubles, limb by limb, each id takes 0.4 µs.
 */
export function createIds(source: IdSource): Ids {
  const word = createWords(source)
  const parts = new Float64Array(6)
  const limbs = new Int32Array(6)
  const upper = createUpperText(limbs)
  let last = 0
  let counter = 0
  const begin = (time: number, first: number): void => {
    last = time
    counter = first
    parts[0] = Math.floor(time / 2 ** 24)
    parts[1] = time % 2 ** 24
  }

  return {
    make(prefix) {
      const now = source.now()
      // The counter's top bit stays free at first, so that a millisecond has room for 2,048 more.
      if (now > last) begin(now, word() & 0x7ff)
      else if (counter < 0xfff) counter++
      // The clock stood still or went back: borrow from the next millisecond rather than repeat an id.
      else begin(last + 1, 0)
      // The 64 random bits of a UUIDv7, the first two of them 10.
      const high = word()
      const low = word()
      parts[2] = 0x7000 | counter
      parts[3] = 0x8000 | (high & 0x3fff)
      parts[4] = (high >>> 16) * 0x100 + (low >>> 24)
      parts[5] = low & 0xffffff
      divide(parts, limbs)
      return `${prefix}_${upper()}${limbText(limbs[2]!)}${limbText(limbs[1]!)}${limbText(limbs[0]!)}` as never
    },
  }
}

/** Random words of 32 bits, of which a kilobyte is drawn at a time. */
function createWords(source: Pick<IdSource, 'fill'>): () => number {
  const words = new Uint32Array(256)
  const bytes = new Uint8Array(words.buffer)
  let drawn = words.length
  return () => {
    if (drawn === words.length) {
      source.fill(bytes)
      drawn = 0
    }
    return words[drawn++]!
  }
}

/** The text of the three upper limbs. As they hardly change within a millisecond, it is kept. */
function createUpperText(limbs: Int32Array): () => string {
  let [limb3, limb4, limb5] = [-1, -1, -1]
  let text = ''
  return () => {
    if (limbs[3]! !== limb3 || limbs[4]! !== limb4 || limbs[5]! !== limb5) {
      limb3 = limbs[3]!
      limb4 = limbs[4]!
      limb5 = limbs[5]!
      text = PAIRS[limb5]! + limbText(limb4) + limbText(limb3)
    }
    return text
  }
}

/** The 128 bits of the parts as limbs of four digits. */
function divide(parts: Float64Array, limbs: Int32Array): void {
  let carry = 0
  for (let i = 0; i < limbs.length; i++) {
    const weights = WEIGHTS[i]!
    let sum = carry
    for (let part = 0; part < weights.length; part++) sum += weights[part]! * parts[part]!
    carry = Math.floor(sum / LIMB)
    limbs[i] = sum - carry * LIMB
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

/** The 128 bits of an id as 32 hexadecimal digits. Eight of its own at a time are a number that a double holds. */
export function idBits(id: string): string {
  const at = id.length - LENGTH
  const high = BigInt(valueOf(id, at, at + 6)) * EIGHT_DIGITS + BigInt(valueOf(id, at + 6, at + 14))
  return (high * EIGHT_DIGITS + BigInt(valueOf(id, at + 14, id.length))).toString(16).padStart(32, '0')
}

const EIGHT_DIGITS = 62n ** 8n

function valueOf(id: string, from: number, to: number): number {
  let value = 0
  for (let i = from; i < to; i++) value = value * 62 + DIGITS.indexOf(id[i]!)
  return value
}

/** The smallest id of a kind that could have been made at `time`: the lower bound for paging and retention by time. */
export function firstIdAt<P extends IdPrefix>(prefix: P, time: number): Id<P> {
  const bounded = Math.max(0, Math.floor(time))
  return `${prefix}_${digits(BigInt(bounded) << 80n, LENGTH)}` as Id<P>
}

/** True if `text` has the shape of an id of this kind; callers' own uids are refused when they do. */
export function isId<P extends IdPrefix>(prefix: P, text: string): text is Id<P> {
  return text.length === prefix.length + 1 + LENGTH && text.startsWith(prefix) && text[prefix.length] === '_'
}

function limbText(limb: number): string {
  return PAIRS[(limb / 3844) | 0]! + PAIRS[limb % 3844]!
}

function digits(value: bigint, length: number): string {
  let text = ''
  for (let i = 0; i < length; i++) {
    text = DIGITS[Number(value % 62n)]! + text
    value /= 62n
  }
  return text
}
