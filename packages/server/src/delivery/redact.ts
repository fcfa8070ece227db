import { isCredentialParameter, REDACTED, showsValue } from '#domain'
import type { HeaderPair } from '#platform'

/** Headers as an attempt's row may show them: all of them come from what is sealed in configuration. */
export function loggedHeaders(headers: readonly HeaderPair[]): readonly HeaderPair[] {
  return headers.map(([name, value]) => [name, showsValue(name) ? value : REDACTED])
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
    if (isCredentialParameter(name)) parsed.searchParams.set(name, 'redacted')
  }
  return parsed.href
}
