/** What may stand in a parameter's name after the colon: it becomes a variable of the mapping. */
const PARAMETER = /^:[A-Za-z_][A-Za-z0-9_]*$/
const LITERAL = /^[A-Za-z0-9._~-]+$/
const SUFFIX_LENGTH_MAX = 200
/** Names that mean something to JavaScript objects; as parameters they would only confuse whoever maps them. */
const RESERVED = new Set(['__proto__', 'prototype', 'constructor'])

/**
 * The normal form of a URL suffix, with a leading slash and without a trailing one, or the sentence that says what is wrong.
 *
 * @example readSuffix('orders/:id') // { ok: true, suffix: '/orders/:id' }
 */
export function readSuffix(
  text: string,
): { readonly ok: true; readonly suffix: string } | { readonly ok: false; readonly message: string } {
  if (/\s/.test(text)) return refuse('must not contain spaces; use hyphens or underscores instead, for example /new-orders')
  const path = text.replace(/^\//, '').replace(/\/$/, '')
  if (path === '') return refuse('is required, for example /orders')
  if (path.length > SUFFIX_LENGTH_MAX) return refuse(`must not be longer than ${SUFFIX_LENGTH_MAX} characters`)
  if (path.includes('%')) return refuse('must not contain percent-escapes; use letters, digits, hyphens or underscores')
  const names = new Set<string>()
  for (const segment of path.split('/')) {
    const fault = segmentFault(segment, names)
    if (fault !== undefined) return refuse(fault)
  }
  return { ok: true, suffix: `/${path}` }
}

/**
 * The suffix with its parameters' names taken out: two listeners of one application and method must not share it.
 *
 * @example suffixShape('/orders/:id') // '/orders/:'
 */
export function suffixShape(suffix: string): string {
  return suffix.replace(/:[^/]*/g, ':')
}

function segmentFault(segment: string, names: Set<string>): string | undefined {
  if (segment === '') return 'must not contain two slashes in a row'
  if (segment === '.' || segment === '..') return 'must not contain "." or ".." as a segment'
  if (segment.startsWith(':')) {
    if (!PARAMETER.test(segment) || RESERVED.has(segment.slice(1)))
      return `has a parameter "${segment}" that is not a colon and a name of letters, digits and underscores`
    if (names.has(segment)) return `names the parameter "${segment}" twice`
    names.add(segment)
    return undefined
  }
  if (LITERAL.test(segment)) return undefined
  const stranger = [...segment].find((character) => !LITERAL.test(character)) ?? segment
  return `may contain letters, digits, ".", "_", "~", "-" and :parameters; "${stranger}" is not among them (use hyphens or underscores)`
}

function refuse(fault: string): { readonly ok: false; readonly message: string } {
  return { ok: false, message: `The URL suffix ${fault}.` }
}
