import { RE2JS } from 're2js'
import { expandedSize } from './regex-size.ts'

/** Of one pattern, or of all that an expression holds: compiled within about ten milliseconds. */
export const INSTRUCTIONS_MAX = 10_000

const patternTooLarge = `with its repeats written out it is larger than ${INSTRUCTIONS_MAX} instructions; repeat less, or match a part`

/**
 * Regular expressions in linear time, in the shape JSONata asks for: constructed from the native `RegExp` that its parser
 * makes (which is never run), with `exec` and `lastIndex`. JSONata's own guards do not stop `/^(a+)+$/`.
 */
export class LinearRegex {
  lastIndex = 0
  readonly #pattern: RE2JS

  constructor(native: RegExp) {
    this.#pattern = compileLinear(native)
  }

  exec(text: string): RegExpExecArray | null {
    const matcher = this.#pattern.matcher(text)
    if (this.lastIndex > text.length || !matcher.find(this.lastIndex)) {
      this.lastIndex = 0
      return null
    }
    this.lastIndex = matcher.end()
    const groups: (string | null)[] = []
    for (let group = 0; group <= matcher.groupCount(); group++) groups.push(matcher.group(group))
    return Object.assign(groups.map((group) => group ?? undefined) as string[], { index: matcher.start(), input: text }) as RegExpExecArray
  }
}

/** JSONata constructs one at each evaluation of the node, which may stand in a loop. */
const compiled = new WeakMap<RegExp, RE2JS>()

/** Throws for what has no linear form (look-around and back-references), and for what is too large. */
export function compileLinear(native: RegExp): RE2JS {
  const known = compiled.get(native)
  if (known) return known
  if (expandedSize(native.source) > INSTRUCTIONS_MAX) throw new Error(patternTooLarge)
  const flags =
    (native.ignoreCase ? RE2JS.CASE_INSENSITIVE : 0) | (native.multiline ? RE2JS.MULTILINE : 0) | (native.dotAll ? RE2JS.DOTALL : 0)
  const pattern = RE2JS.compile(RE2JS.translateRegExp(native.source), flags)
  compiled.set(native, pattern)
  return pattern
}
