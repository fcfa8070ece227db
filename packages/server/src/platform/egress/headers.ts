import { headerWire, isHeaderValue } from '#domain'
import type { HeaderPair } from './egress.ts'

/** Headers that belong to the connection: a caller that set them could desynchronise it, or make egress lie about what it can read. */
const reserved = new Set([
  'host',
  'content-length',
  'transfer-encoding',
  'connection',
  'keep-alive',
  'proxy-connection',
  'upgrade',
  'expect',
  'te',
  'trailer',
  'accept-encoding',
])

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/

/** Why a header cannot be sent, as a sentence for whoever configured it; undefined if it can. Also asked when headers are saved. */
export function headerFault(name: string, value: string): string | undefined {
  if (!TOKEN.test(name)) return "A header name is empty or has characters other than letters, digits and !#$%&'*+-.^_`|~."
  if (reserved.has(name.toLowerCase())) return `The header ${name} is set by the connection itself.`
  if (!isHeaderValue(value)) return `The value of the header ${name} has a line break, a control character or half of a character.`
  return undefined
}

/** The headers of one request in the flat form that undici takes: each byte a character, whatever the body is. */
export function wireHeaders(
  pairs: readonly HeaderPair[],
  authorization: string | undefined,
): { ok: true; headers: string[] } | { ok: false; reason: string } {
  const headers = ['accept-encoding', 'identity']
  let authorized = authorization === undefined
  for (const [name, value] of pairs) {
    const reason = headerFault(name, value)
    if (reason !== undefined) return { ok: false, reason }
    if (!authorized && name.toLowerCase() === 'authorization') authorized = true
    headers.push(name, headerWire(value))
  }
  if (!authorized) headers.push('authorization', authorization!)
  return { ok: true, headers }
}
