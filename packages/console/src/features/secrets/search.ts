import { chosen, textOf } from '../../lib/search.ts'

/** What stands in the address of Secrets. */
export interface SecretsSearch {
  readonly q?: string
}

export function secretsSearch(raw: Readonly<Record<string, unknown>>): SecretsSearch {
  return chosen({
    q: textOf(raw['q']),
  })
}
