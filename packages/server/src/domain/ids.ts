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
export type ReplayId = Id<'rpl'>

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
  | 'aud'
  | 'evt'
  | 'sec'
  | 'rpl'

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

// An id is 10 upper digits, which hardly change within a millisecond, and 12 lower ones in three limbs of four.
const UPPER_DIGITS = 10
const LIMB = 62 ** 4
const LOWER = 62n ** 12n
const PAIRS = Array.from({ length: 62 * 62 }, (_, i) => DIGITS[Math.floor(i / 62)]! + DIGITS[i % 62]!)
/** One more on the counter, bit 64 of the value, as limbs. */
const STEP = limbs(1n << 64n)

/**
 * Dividing 128 bits by 62 for each id took 1.7 µs on the accept path. So what the ids of one millisecond share is written once, and
 * an id adds its 64 random bits to it, limb by limb: 0.3 µs.
 */
export function createIds(source: IdSource): Ids {
  const random = new Uint32Array(256)
  const randomBytes = new Uint8Array(random.buffer)
  let drawn = random.length
  const word = (): number => {
    if (drawn === random.length) {
      source.fill(randomBytes)
      drawn = 0
    }
    return random[drawn++]!
  }

  let last = 0
  let counter = 0
  let upper = 0n
  let upperText = ''
  let [low0, low1, low2] = [0, 0, 0]
  const setUpper = (value: bigint): void => {
    upper = value
    upperText = digits(value, UPPER_DIGITS)
  }
  const begin = (): void => {
    const value = uuidHead(last, counter) << 64n
    setUpper(value / LOWER)
    ;[low0, low1, low2] = limbs(value % LOWER)
  }
  const advance = (): void => {
    const sum0 = low0 + STEP[0]
    const sum1 = low1 + STEP[1] + carryOf(sum0)
    const sum2 = low2 + STEP[2] + carryOf(sum1)
    low0 = within(sum0)
    low1 = within(sum1)
    low2 = within(sum2)
    if (carryOf(sum2) > 0) setUpper(upper + 1n)
  }

  return {
    make(prefix) {
      const now = source.now()
      if (now > last) {
        last = now
        counter = word() & 0x7ff // the top bit stays free, so that a millisecond has room for 2,048 more
        begin()
      } else if (counter < 0xfff) {
        counter++
        advance()
      } else {
        // The clock stood still or went back: borrow from the next millisecond rather than repeat an id.
        last++
        counter = 0
        begin()
      }
      // The 64 random bits of a UUIDv7, the first two of them 10, divided in steps that stay below 2^53.
      const high = ((word() & 0x3fffffff) | 0x80000000) >>> 0
      const low = word()
      const part = (high >>> 12) * 0x400000 + (((high & 0xfff) << 10) | (low >>> 22))
      const quotient = Math.floor(part / LIMB)
      const rest = (part - quotient * LIMB) * 0x400000 + (low & 0x3fffff)
      const restQuotient = Math.floor(rest / LIMB)
      const above = quotient * 0x400000 + restQuotient
      const aboveQuotient = Math.floor(above / LIMB)

      const sum0 = low0 + (rest - restQuotient * LIMB)
      const sum1 = low1 + (above - aboveQuotient * LIMB) + carryOf(sum0)
      const sum2 = low2 + aboveQuotient + carryOf(sum1)
      const front = carryOf(sum2) > 0 ? digits(upper + 1n, UPPER_DIGITS) : upperText
      return `${prefix}_${front}${limbText(within(sum2))}${limbText(within(sum1))}${limbText(within(sum0))}` as never
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
  return `${prefix}_${digits(BigInt(bounded) << 80n, LENGTH)}` as Id<P>
}

/** True if `text` has the shape of an id of this kind; callers' own uids are refused when they do. */
export function isId<P extends IdPrefix>(prefix: P, text: string): text is Id<P> {
  return text.length === prefix.length + 1 + LENGTH && text.startsWith(`${prefix}_`)
}

/** The first 64 bits of a UUIDv7: 48 of time, 4 of version, 12 of counter. */
function uuidHead(time: number, counter: number): bigint {
  return (BigInt(time) << 16n) | 0x7000n | BigInt(counter)
}

function limbs(value: bigint): [number, number, number] {
  const base = BigInt(LIMB)
  return [Number(value % base), Number((value / base) % base), Number(value / base / base)]
}

/** Of a sum of two limbs and a carry: what goes to the next limb, and what stays. */
function carryOf(sum: number): 0 | 1 {
  return sum >= LIMB ? 1 : 0
}

function within(sum: number): number {
  return sum >= LIMB ? sum - LIMB : sum
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
