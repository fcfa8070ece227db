/**
 * JSON whose numbers survive: one that a double cannot hold is kept as its own text (a `RawNumber`), so that an order id of
 * twenty digits leaves a flow as it came in. Everything else is plain JavaScript values.
 */

/** A number as it stood in the text. V8 makes it, and `JSON.stringify` writes it back verbatim. */
export interface RawNumber {
  readonly rawJSON: string
}

// TypeScript's library does not know these two yet; Node 22 and later have them.
const exact = JSON as unknown as { rawJSON(text: string): RawNumber; isRawJSON(value: unknown): value is RawNumber }

/**
 * Sixteen digits on end, seventeen around a point, or an exponent of three: without them every number fits a double well enough.
 * What stands right behind a quote is text, such as an id or a timestamp.
 */
const DIGITS_THAT_MAY_NOT_FIT = String.raw`-?(?:\d{16}|\d[\d.]{17}|\d+(?:\.\d+)?[eE][+-]?\d{3})`
const MAY_NOT_FIT = String.raw`(?:^|[[:,\s])${DIGITS_THAT_MAY_NOT_FIT}`
const mayNotFitHere = new RegExp(DIGITS_THAT_MAY_NOT_FIT, 'y')
const standsBeforeNumber = /[[:,\s]/
/** What all of these contain. V8 jumps through a text in search of it, which takes a seventh of the time, and few texts have it. */
const hasManyDigits = /\d(?:[\d.]{14}|[eE][+-]?\d{3})/g
const restOfNumber = /[\d.eE+-]*/y
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y

/** Parses JSON. Throws `SyntaxError` as `JSON.parse` does. */
export function parseExactJson(text: string): unknown {
  return mayHoldMore(text) ? parseMarked(text) : JSON.parse(text)
}

/** As `parseExactJson`, and throws at once as well; but its numbers are looked at only when the value is asked for. */
export function exactJsonLater(text: string): () => unknown {
  let value: unknown = JSON.parse(text)
  let exact = false
  return () => {
    if (!exact && mayHoldMore(text)) value = parseMarked(text)
    exact = true
    return value
  }
}

/**
 * False: every number of the text is what a double makes of it. Only what stands around many digits is looked at closely: most of them are
 * text, such as an id or a moment, and a search through everything for the closer pattern takes as long as parsing.
 */
function mayHoldMore(text: string): boolean {
  let from = 0
  for (;;) {
    hasManyDigits.lastIndex = from
    if (!hasManyDigits.test(text)) return false
    let start = hasManyDigits.lastIndex - 1
    while (start > from && isOfNumber(text.charCodeAt(start - 1))) start--
    if (start === 0 || standsBeforeNumber.test(text[start - 1]!)) {
      mayNotFitHere.lastIndex = start
      if (mayNotFitHere.test(text)) return true
    }
    restOfNumber.lastIndex = hasManyDigits.lastIndex
    restOfNumber.test(text)
    from = restOfNumber.lastIndex
  }
}

const isOfNumber = (code: number): boolean =>
  (code >= 0x30 && code <= 0x39) || code === 0x2e || code === 0x2b || code === 0x2d || code === 0x45 || code === 0x65

/** Stands before the digits of a number that was put into a text. Made of chance, 64 bits of it, so that no sender can write it. */
const MARK = globalThis.crypto.getRandomValues(new BigUint64Array(1))[0]!.toString(36)

/**
 * A reviver is called for each value, which takes ten times as long as all the rest. Instead the few numbers that do not fit are
 * written as a text in a list of its own (which can stand wherever a number can, and nowhere else), and put back behind the parsing.
 */
function parseMarked(text: string): unknown {
  const marked = markNumbers(text)
  if (marked === undefined) return JSON.parse(text)
  let value: unknown
  try {
    value = JSON.parse(marked.text)
  } catch {
    // It is malformed as it came, too, and is reported in its own words and places.
    return JSON.parse(text)
  }
  return putBack(value, marked.count)
}

/** The text with its numbers marked; undefined where all of them fit. */
function markNumbers(text: string): { text: string; count: number } | undefined {
  const candidate = new RegExp(MAY_NOT_FIT, 'g')
  const pieces: string[] = []
  let copied = 0
  // From `outside`, which is outside of any string, the next one begins at `quote`.
  let outside = 0
  let quote = text.indexOf('"')
  for (let found = candidate.exec(text); found !== null; found = candidate.exec(text)) {
    const start = found.index + found[0].search(/[-\d]/)
    while (quote !== -1 && quote < start) {
      outside = endOfText(text, quote) + 1
      quote = text.indexOf('"', outside)
    }
    if (outside > start) {
      // What only looks like a number, within a text.
      candidate.lastIndex = outside
      continue
    }
    NUMBER.lastIndex = start
    const digits = NUMBER.exec(text)![0]
    candidate.lastIndex = start + digits.length
    if (fits(Number(digits), digits)) continue
    pieces.push(text.slice(copied, start), digits)
    copied = start + digits.length
  }
  if (copied === 0) return undefined
  let made = ''
  for (let i = 0; i < pieces.length; i += 2) made += `${pieces[i]}["${MARK}${pieces[i + 1]}"]`
  return { text: made + text.slice(copied), count: pieces.length / 2 }
}

/** The index of the quote that closes the text which `start` opens; the whole length if none does. */
function endOfText(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let slashes = 0
    while (text.charCodeAt(end - 1 - slashes) === 0x5c) slashes++
    if (slashes % 2 === 0) return end
  }
  return text.length
}

/** Looks through the value until all numbers are found. Without recursion, because what is parsed may nest deep. */
function putBack(root: unknown, count: number): unknown {
  if (isMarked(root)) return numberOf(root)
  let left = count
  const open = [root as Record<string, unknown> | unknown[]]
  for (let at = open.pop(); at !== undefined && left > 0; at = open.pop()) {
    const keys = Array.isArray(at) ? undefined : Object.keys(at)
    const length = keys?.length ?? (at as unknown[]).length
    for (let i = 0; i < length; i++) {
      const key = keys?.[i] ?? i
      const item = (at as Record<string | number, unknown>)[key]
      if (typeof item !== 'object' || item === null) continue
      if (!isMarked(item)) open.push(item as unknown[])
      else {
        left--
        if (key === '__proto__')
          Object.defineProperty(at, key, { value: numberOf(item), writable: true, enumerable: true, configurable: true })
        else (at as Record<string | number, unknown>)[key] = numberOf(item)
      }
    }
  }
  return root
}

function isMarked(value: unknown): value is [string] {
  return Array.isArray(value) && value.length === 1 && typeof value[0] === 'string' && value[0].startsWith(MARK)
}

const numberOf = ([text]: [string]): RawNumber => exact.rawJSON(text.slice(MARK.length))

/** Below it a double has fewer digits than elsewhere. */
const SMALLEST_NORMAL = 2.2250738585072014e-308

/** Integers must be safe; other numbers must be finite and say the same digits when written again, as far as a double has digits. */
function fits(value: number, source: string): boolean {
  if (!Number.isFinite(value)) return false
  if (/^-?\d+$/.test(source)) return Number.isSafeInteger(value)
  const digits = significantDigits(source)
  if (digits.length <= 17 && Math.abs(value) >= SMALLEST_NORMAL) return true
  return significantDigits(String(value)) === digits
}

/** Without sign, point, exponent, and zeros at both ends. By hand, because a pattern for the zeros at an end takes quadratic time. */
function significantDigits(text: string): string {
  const exponent = text.search(/[eE]/)
  const digits = (exponent === -1 ? text : text.slice(0, exponent)).replace(/[-.]/g, '')
  let [start, end] = [0, digits.length]
  while (start < end && digits.charCodeAt(start) === 0x30) start++
  while (end > start && digits.charCodeAt(end - 1) === 0x30) end--
  return digits.slice(start, end)
}

export function isRawNumber(value: unknown): value is RawNumber {
  return exact.isRawJSON(value)
}

/** Integers of so many digits are calculated with; to read a million takes longer than anybody may hold up the others. */
const EXACT_DIGITS_MAX = 4096

/** The value of a number, exact for integers of up to 4,096 digits; undefined for everything else. */
export function exactNumber(value: unknown): number | bigint | undefined {
  if (typeof value === 'number') return value
  if (!isRawNumber(value)) return undefined
  const { rawJSON } = value
  return rawJSON.length <= EXACT_DIGITS_MAX && /^-?\d+$/.test(rawJSON) ? BigInt(rawJSON) : Number(rawJSON)
}

/** Whether two JSON values are the same, numbers by their exact value and objects in any order. Goes no deeper than `right` does. */
export function sameJson(left: unknown, right: unknown): boolean {
  if (left === right) return true
  if (isRawNumber(left) || isRawNumber(right)) return sameNumber(left, right)
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false
  if (Array.isArray(left) !== Array.isArray(right)) return false
  const names = Object.keys(right)
  if (Object.keys(left).length !== names.length) return false
  return names.every((name) => Object.hasOwn(left, name) && sameJson((left as Members)[name], (right as Members)[name]))
}

type Members = Readonly<Record<string, unknown>>

function sameNumber(left: unknown, right: unknown): boolean {
  const [a, b] = [exactNumber(left), exactNumber(right)]
  if (a === undefined || b === undefined) return false
  // Beyond every double there is nothing to compare but the digits.
  if (a === b && !Number.isFinite(a)) return isRawNumber(left) && isRawNumber(right) && left.rawJSON === right.rawJSON
  // `==` compares a bigint with a double by their exact values.
  // oxlint-disable-next-line eqeqeq
  return a == b
}

/** The deepest nesting of brackets outside strings, by one pass over the text. */
export function depthOfJson(text: string): number {
  let depth = 0
  let deepest = 0
  for (let i = 0; i < text.length; i++) {
    switch (text.charCodeAt(i)) {
      case 0x22: // a string: go to its end
        i = endOfText(text, i)
        break
      case 0x5b:
      case 0x7b:
        if (++depth > deepest) deepest = depth
        break
      case 0x5d:
      case 0x7d:
        depth--
        break
    }
  }
  return deepest
}
