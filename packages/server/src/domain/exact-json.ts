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
 * Sixteen digits on end, or an exponent of three: without them every number fits a double well enough, and no reviver is paid for, which
 * takes ten times as long as all the rest. What stands right behind a quote is text, such as an id or a timestamp.
 */
const mayNotFit = /(?:^|[[:,\s])-?(?:\d{16}|\d+\.\d{15}|\d+(?:\.\d+)?[eE][+-]?\d{3})/
/** What all of these contain. V8 leaps through a text in search of it, which takes a seventh of the time, and few texts have it. */
const hasManyDigits = /\d(?:\d{14}|[eE][+-]?\d{3})/

/** Parses JSON. Throws `SyntaxError` as `JSON.parse` does. */
export function parseExactJson(text: string): unknown {
  return mayHoldMore(text) ? JSON.parse(text, keepExact) : JSON.parse(text)
}

/** As `parseExactJson`, and throws at once as well; but its numbers are looked at only when the value is asked for. */
export function exactJsonLater(text: string): () => unknown {
  let value: unknown = JSON.parse(text)
  let exact = false
  return () => {
    if (!exact && mayHoldMore(text)) value = JSON.parse(text, keepExact)
    exact = true
    return value
  }
}

/** False: every number of the text is what a double makes of it. */
function mayHoldMore(text: string): boolean {
  return hasManyDigits.test(text) && mayNotFit.test(text)
}

function keepExact(this: unknown, _key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== 'number' || context?.source === undefined) return value
  return fits(value, context.source) ? value : exact.rawJSON(context.source)
}

/** Integers must be safe; other numbers must be finite and say the same digits when written again, as far as a double has digits. */
function fits(value: number, source: string): boolean {
  if (!Number.isFinite(value)) return false
  if (/^-?\d+$/.test(source)) return Number.isSafeInteger(value)
  return significantDigits(source).length <= 17 || significantDigits(String(value)) === significantDigits(source)
}

const significantDigits = (text: string): string =>
  text
    .replace(/[eE].*$/, '')
    .replace(/[-.]/g, '')
    .replace(/^0+/, '')
    .replace(/0+$/, '')

export function isRawNumber(value: unknown): value is RawNumber {
  return exact.isRawJSON(value)
}

/** The value of a number, exact for integers of any size; undefined for everything else. */
export function exactNumber(value: unknown): number | bigint | undefined {
  if (typeof value === 'number') return value
  if (!isRawNumber(value)) return undefined
  return /^-?\d+$/.test(value.rawJSON) ? BigInt(value.rawJSON) : Number(value.rawJSON)
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
  // `==` compares a bigint with a double by their exact values.
  // oxlint-disable-next-line eqeqeq
  return a == b
}
