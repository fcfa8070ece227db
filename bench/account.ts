/** What happened to the messages of one run. The run is void unless every accepted message was found, and nothing that was never sent. */
export interface Account {
  readonly what: string
  readonly accepted: number
  /** Sent, but not answered with a 2xx: these may be found or not. */
  readonly unaccepted: number
  readonly found: number
  readonly missing: number
  readonly unexpected: number
  /** Found more than once: allowed (at least once), but told. */
  readonly repeated: number
}

/**
 * Compares the set of what was accepted with the set of what was found. `repeated`: what whoever made `found` has left out of it already.
 */
export function accountFor<T>(
  what: string,
  sets: { accepted: Iterable<T>; found: readonly T[]; unaccepted?: readonly T[]; repeated?: number },
): Account {
  const wanted = new Set(sets.accepted)
  const allowed = new Set(sets.unaccepted)
  const seen = new Set(sets.found)
  const missing = [...wanted].filter((one) => !seen.has(one)).length
  const unexpected = [...seen].filter((one) => !wanted.has(one) && !allowed.has(one)).length
  const repeated = (sets.repeated ?? 0) + sets.found.length - seen.size
  return { what, accepted: wanted.size, unaccepted: allowed.size, found: seen.size, missing, unexpected, repeated }
}

export const isVoid = (account: Account) => account.missing > 0 || account.unexpected > 0 || account.accepted === 0
