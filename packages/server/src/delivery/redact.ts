import { REDACTED, showsValue } from '#domain'
import type { HeaderPair } from '#platform'

/** Headers as an attempt's row may show them: all of them come from what is sealed in configuration. */
export function loggedHeaders(headers: readonly HeaderPair[]): readonly HeaderPair[] {
  return headers.map(([name, value]) => [name, showsValue(name) ? value : REDACTED])
}
