/** Parameters to their values, decoded. Repeated ones become arrays. Has no prototype. */
export type Query = Readonly<Record<string, string | readonly string[] | undefined>>

/** Beyond this many parameters the rest is left out: each costs an allocation, and no sender needs so many. */
const PARAMETERS_MAX = 1000

/**
 * Reads a query or a form body (`application/x-www-form-urlencoded`). Never fails: what is not a valid escape stays as it is,
 * because the sender's request must be kept rather than refused for a stray percent sign.
 */
export function readQuery(text: string): Query {
  const query = Object.create(null) as Record<string, string | string[] | undefined>
  if (text === '') return query
  for (const pair of text.split('&', PARAMETERS_MAX)) {
    if (pair === '') continue
    const equals = pair.indexOf('=')
    const name = decode(equals === -1 ? pair : pair.slice(0, equals))
    const value = equals === -1 ? '' : decode(pair.slice(equals + 1))
    const before = query[name]
    if (before === undefined) query[name] = value
    else if (typeof before === 'string') query[name] = [before, value]
    else before.push(value)
  }
  return query
}

function decode(text: string): string {
  const spaced = text.includes('+') ? text.replaceAll('+', ' ') : text
  if (!spaced.includes('%')) return spaced
  try {
    return decodeURIComponent(spaced)
  } catch {
    return spaced
  }
}
