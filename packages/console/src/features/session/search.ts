import { chosen, textOf } from '../../lib/search.ts'

/** Where to go after signing in. */
export interface SignInSearch {
  readonly next?: string
}

export function signInSearch(raw: Readonly<Record<string, unknown>>): SignInSearch {
  return chosen({ next: textOf(raw['next']) })
}
