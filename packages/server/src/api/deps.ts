import type { Ids } from '#domain'
import type { Bell, Clock, Egress, Log, Random, Vault } from '#platform'
import type { Committer, ConfigCache, Store, Topics } from '#store'

/** What the routes are handed. */
export interface ApiDeps {
  readonly store: Store
  readonly committer: Committer
  readonly config: ConfigCache
  readonly bell: Bell<Topics>
  readonly egress: Pick<Egress, 'vet'>
  readonly vault: Vault
  readonly clock: Clock
  readonly random: Random
  readonly ids: Ids
  readonly log: Log
  readonly settings: {
    readonly publicUrl: string
    readonly secretsReveal: 'once' | 'always'
    readonly payloadBytesMax: number
  }
}
