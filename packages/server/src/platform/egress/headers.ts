import { headerWire, isHeaderValue, sentHeaderFault } from '#domain'
import type { EgressRequest } from './egress.ts'

/** The headers of one request in the flat form that undici takes: each byte a character, whatever the body is. */
export function wireHeaders(
  { headers: pairs, signature = [] }: Pick<EgressRequest, 'headers' | 'signature'>,
  authorization: string | undefined,
): { ok: true; headers: string[] } | { ok: false; reason: string } {
  const headers = ['accept-encoding', 'identity']
  let authorized = authorization === undefined
  for (const [name, value] of pairs) {
    const reason = sentHeaderFault(name, value)
    if (reason !== undefined) return { ok: false, reason }
    if (!authorized && name.toLowerCase() === 'authorization') authorized = true
    headers.push(name, headerWire(value))
  }
  for (const [name, value] of signature) {
    if (!isHeaderValue(value)) return { ok: false, reason: `What signing writes into ${name} has a line break or a control character.` }
    headers.push(name, headerWire(value))
  }
  if (!authorized) headers.push('authorization', authorization!)
  return { ok: true, headers }
}
