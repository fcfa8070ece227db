import type { Delivery } from '#delivery'
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
  /** Tests are sent at once and by nobody else, so they do not go through the store. */
  readonly delivery: Pick<Delivery, 'sendTest'>
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
