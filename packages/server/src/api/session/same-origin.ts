import type { IncomingHttpHeaders } from 'node:http'
import { AppError } from '#domain'

/**
 * A browser sends the session's cookie with whatever a page asks for. Only pages of this server may have things done with it: what a
 * browser says of the asking page decides (`Sec-Fetch-Site`; `Origin` from browsers, and to plain addresses, that leave it out).
 */
export function refuseCrossSite(headers: IncomingHttpHeaders, { apiUrl, bySession }: { apiUrl: string; bySession: boolean }): void {
  const from = askedFrom(headers, apiUrl)
  // Who says nothing is no browser; but then it has no business with a session either.
  if (from === 'elsewhere' || (from === 'unsaid' && bySession)) throw new AppError('cross_site_refused')
}

function askedFrom({ 'sec-fetch-site': site, origin, host }: IncomingHttpHeaders, apiUrl: string): 'here' | 'elsewhere' | 'unsaid' {
  // `none`: the person typed the address.
  if (site !== undefined) return site === 'same-origin' || site === 'none' ? 'here' : 'elsewhere'
  if (origin === undefined) return 'unsaid'
  const url = URL.parse(origin)
  if (url === null) return 'elsewhere'
  // The host is what the person's browser asked for; behind a proxy that writes another one the public URL has the right one.
  return url.host === host || url.origin === URL.parse(apiUrl)?.origin ? 'here' : 'elsewhere'
}
