/** Called with what a document holds, in its order. Places are those of bytes. */
export interface JsonVisitor {
  /** A list or an object begins. False: nothing of it matters, and nothing is reported of it, its end included. */
  open(isArray: boolean, start: number): boolean
  close(end: number): void
  /** The name of the member that follows, with its quotes. */
  key(start: number, end: number): void
  /** The next item of a list follows; not called for its first. */
  item(): void
  /** A text (with its quotes), a number, true, false or null. */
  scalar(start: number, end: number): void
}

export type ScanFault = { readonly kind: 'syntax'; readonly at: number } | { readonly kind: 'too_deep' }

const [VALUE, FIRST_ITEM, FIRST_KEY, KEY, COLON, AFTER, TEXT] = [0, 1, 2, 3, 4, 5, 6]
const [SIGN, ZERO, DIGITS, POINT, FRACTION, EXPONENT, EXPONENT_SIGN, EXPONENT_DIGITS] = [7, 8, 9, 10, 11, 12, 13, 14]
const [QUOTE, BACKSLASH, COMMA, OPEN_ARRAY, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT] = [0x22, 0x5c, 0x2c, 0x5b, 0x5d, 0x7b, 0x7d]
const WORDS = new Map(['true', 'false', 'null'].map((word) => [word.charCodeAt(0), Buffer.from(word)]))

/**
 * Whether bytes are JSON (RFC 8259), without making anything of them: `JSON.parse` makes all values at once, which takes seconds
 * where millions of small lists are in a body of ten megabytes. This goes on for as many bytes as it may, then waits to be called
 * again, and counts depth on the way.
 */
export class JsonScan {
  readonly #json: Uint8Array
  readonly #visitor: JsonVisitor | null
  /** By depth: 1 for a list, 0 for an object. */
  readonly #kinds: Uint8Array
  #at: number
  #state = VALUE
  #depth = 0
  /** The depth from which on nothing is reported; 0: everything is. */
  #quiet = 0
  #tokenStart = 0
  #inKey = false
  fault: ScanFault | undefined

  constructor(json: Uint8Array, options: { readonly depthMax: number; readonly start?: number; readonly visitor?: JsonVisitor | null }) {
    this.#json = json
    this.#kinds = new Uint8Array(options.depthMax)
    this.#at = options.start ?? 0
    this.#visitor = options.visitor ?? null
  }

  /** Goes on to this byte. False: there is a fault. */
  advance(end: number): boolean {
    while (this.#at < end && this.fault === undefined) {
      if (this.#state === TEXT) this.#text(end)
      else if (this.#state >= SIGN) this.#number(end)
      else this.#structure(end)
    }
    return this.fault === undefined
  }

  /** Behind the last byte. False: something is missing. */
  finish(): boolean {
    if (this.fault === undefined && this.#state >= SIGN && isNumberEnd(this.#state)) this.#scalar()
    if (this.fault === undefined && (this.#state !== AFTER || this.#depth > 0)) this.#fail()
    return this.fault === undefined
  }

  #fail(): void {
    this.fault = { kind: 'syntax', at: this.#at }
  }

  /** Everything but the insides of texts and numbers. */
  #structure(end: number): void {
    const json = this.#json
    let at = this.#at
    let byte = json[at]!
    while ((byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) && ++at < end) byte = json[at]!
    this.#at = at
    if (at >= end) return
    switch (this.#state) {
      case FIRST_ITEM:
        return byte === CLOSE_ARRAY ? this.#close(byte) : this.#value(byte)
      case VALUE:
        return this.#value(byte)
      case FIRST_KEY:
        return byte === CLOSE_OBJECT ? this.#close(byte) : this.#key(byte)
      case KEY:
        return this.#key(byte)
      case COLON:
        if (byte !== 0x3a) return this.#fail()
        this.#state = VALUE
        this.#at++
        return
      default:
        return byte === COMMA ? this.#comma() : this.#close(byte)
    }
  }

  #value(byte: number): void {
    if (byte === QUOTE) return this.#openText(false)
    if (byte === OPEN_ARRAY || byte === OPEN_OBJECT) return this.#open(byte === OPEN_ARRAY)
    this.#tokenStart = this.#at
    if (byte >= 0x31 && byte <= 0x39) this.#state = DIGITS
    else if (byte === 0x30) this.#state = ZERO
    else if (byte === 0x2d) this.#state = SIGN
    else return this.#word(byte)
    this.#at++
  }

  #word(byte: number): void {
    const word = WORDS.get(byte)
    if (word === undefined) return this.#fail()
    for (const letter of word) {
      if (this.#json[this.#at] !== letter) return this.#fail()
      this.#at++
    }
    this.#scalar()
  }

  #key(byte: number): void {
    if (byte === QUOTE) this.#openText(true)
    else this.#fail()
  }

  #openText(inKey: boolean): void {
    this.#tokenStart = this.#at++
    this.#inKey = inKey
    this.#state = TEXT
  }

  #text(end: number): void {
    const json = this.#json
    let at = this.#at
    let byte = json[at]!
    while (byte !== QUOTE && byte !== BACKSLASH && byte >= 0x20 && ++at < end) byte = json[at]!
    this.#at = at
    if (at >= end) return
    if (byte === BACKSLASH) return this.#escape()
    if (byte !== QUOTE) return this.#fail()
    this.#at++
    if (!this.#inKey) return this.#scalar()
    this.#state = COLON
    if (this.#isHeard) this.#visitor!.key(this.#tokenStart, this.#at)
  }

  #escape(): void {
    const kind = this.#json[this.#at + 1]
    if (kind === 0x75) {
      for (let i = 2; i < 6; i++) if (!isHex(this.#json[this.#at + i])) return this.#fail()
      this.#at += 6
    } else if (kind !== undefined && ESCAPES.includes(kind)) this.#at += 2
    else this.#fail()
  }

  #number(end: number): void {
    while (this.#at < end) {
      const next = afterDigit(this.#state, this.#json[this.#at]!)
      if (next === END) return this.#scalar()
      if (next === WRONG) return this.#fail()
      this.#state = next
      this.#at++
    }
  }

  get #isHeard(): boolean {
    return this.#visitor !== null && this.#quiet === 0
  }

  #scalar(): void {
    this.#state = AFTER
    if (this.#isHeard) this.#visitor!.scalar(this.#tokenStart, this.#at)
  }

  #open(isArray: boolean): void {
    if (this.#depth === this.#kinds.length) {
      this.fault = { kind: 'too_deep' }
      return
    }
    this.#kinds[this.#depth++] = isArray ? 1 : 0
    this.#state = isArray ? FIRST_ITEM : FIRST_KEY
    if (this.#isHeard && !this.#visitor!.open(isArray, this.#at)) this.#quiet = this.#depth
    this.#at++
  }

  #close(byte: number): void {
    if (this.#depth === 0 || byte !== (this.#kinds[this.#depth - 1] === 1 ? CLOSE_ARRAY : CLOSE_OBJECT)) return this.#fail()
    if (this.#quiet === this.#depth) this.#quiet = 0
    else if (this.#isHeard) this.#visitor!.close(this.#at + 1)
    this.#depth--
    this.#state = AFTER
    this.#at++
  }

  #comma(): void {
    if (this.#depth === 0) return this.#fail()
    const isArray = this.#kinds[this.#depth - 1] === 1
    this.#state = isArray ? VALUE : KEY
    this.#at++
    if (isArray && this.#isHeard) this.#visitor!.item()
  }
}

const ESCAPES = [...'"\\/bfnrt'].map((letter) => letter.charCodeAt(0))

function isHex(byte: number | undefined): boolean {
  return byte !== undefined && ((byte >= 0x30 && byte <= 0x39) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66))
}

const [END, WRONG] = [-1, -2]

/** The grammar of a number: what its next character makes of it. */
function afterDigit(state: number, byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) {
    if (state === DIGITS || state === FRACTION || state === EXPONENT_DIGITS) return state
    if (state === SIGN) return byte === 0x30 ? ZERO : DIGITS
    if (state === POINT) return FRACTION
    return state === ZERO ? WRONG : EXPONENT_DIGITS
  }
  if (byte === 0x2e && (state === ZERO || state === DIGITS)) return POINT
  if ((byte | 0x20) === 0x65 && (state === ZERO || state === DIGITS || state === FRACTION)) return EXPONENT
  if ((byte === 0x2b || byte === 0x2d) && state === EXPONENT) return EXPONENT_SIGN
  return isNumberEnd(state) ? END : WRONG
}

function isNumberEnd(state: number): boolean {
  return state === ZERO || state === DIGITS || state === FRACTION || state === EXPONENT_DIGITS
}
