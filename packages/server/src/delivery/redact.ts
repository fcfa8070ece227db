import type { HeaderPair } from '#platform'

const REDACTED = '[redacted]'
/** Headers whose value opens a door. Signatures are not among them: a reader of the log needs them to see why one did not match. */
const CREDENTIAL_HEADER = /authorization|cookie|api-?key|token|secret|password/i
const CREDENTIAL_PARAMETER = /token|key|secret|password|signature/i
/** What says nothing secret whoever wrote it. */
const HARMLESS_HEADERS = new Set(['content-type', 'user-agent', 'accept', 'accept-language'])

/** Headers as an attempt's row may show them. `areSecret`: nobody knows which of them are, so only the harmless ones are shown. */
export function loggedHeaders(headers: readonly HeaderPair[], areSecret: boolean): readonly HeaderPair[] {
  const hides = (name: string): boolean => (areSecret ? !HARMLESS_HEADERS.has(name.toLowerCase()) : CREDENTIAL_HEADER.test(name))
  return headers.map(([name, value]) => [name, hides(name) ? REDACTED : value])
}

/** User names, passwords and query values that look like credentials do not belong into a log. */
export function loggedUrl(url: string): string {
  if (!URL.canParse(url)) return url
  const parsed = new URL(url)
  if (parsed.username || parsed.password) {
    parsed.username = 'redacted'
    parsed.password = ''
  }
  // Only then, because setting one parameter writes all of them anew.
  for (const name of new Set(parsed.searchParams.keys())) {
    if (CREDENTIAL_PARAMETER.test(name)) parsed.searchParams.set(name, 'redacted')
  }
  return parsed.href
}
