import { isAlwaysSecret, isCredentialParameter, mayCarryCredential, REDACTED } from '#domain'
import { readQuery } from './query.ts'

/** Where the secrets of a request stand, so that they are not kept with it. */
export interface SecretPlaces {
  readonly header: string | null
  readonly parameter: string | null
}

/** Nobody knows: the request found no listener, or one that cannot be opened. No flow will read it, so whatever looks like one is left out. */
export const UNKNOWN_PLACES = 'unknown'
export type PlacesOfSecrets = SecretPlaces | typeof UNKNOWN_PLACES

/** Names in lower case, values as they came or redacted. */
export function redactedHeaders(raw: readonly string[], places: PlacesOfSecrets): (readonly [string, string])[] {
  const pairs: (readonly [string, string])[] = []
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i]!.toLowerCase()
    const isSecret = isAlwaysSecret(name) || (places === UNKNOWN_PLACES ? mayCarryCredential(name) : name === places.header)
    pairs.push([name, isSecret ? REDACTED : raw[i + 1]!])
  }
  return pairs
}

export function redactedQuery(query: string, places: PlacesOfSecrets): string {
  if (query === '' || (places !== UNKNOWN_PLACES && places.parameter === null)) return query
  const isSecret = (name: string) => (places === UNKNOWN_PLACES ? isCredentialParameter(name) : name === places.parameter)
  return query
    .split('&')
    .map((pair) => (isSecret(Object.keys(readQuery(pair))[0] ?? '') ? `${pair.split('=', 1)[0]}=${REDACTED}` : pair))
    .join('&')
}
