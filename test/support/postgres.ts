import { text } from 'node:stream/consumers'
import { connect } from 'node:net'
import { inject } from 'vitest'
import { createDatabase, type FreshDatabase } from './postgres-cluster.ts'

export { startPostgres, type Cluster, type FreshDatabase } from './postgres-cluster.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the runner tells the URL of the run's cluster, and starts it for the first who asks; see `global-setup.ts`. */
    postgresSocket: string
  }
}

/** What the runner tells of its cluster. */
export interface SharedCluster {
  readonly url: string
  /** A database of it that this release has migrated, and nobody has used. */
  readonly migrated: string
}

/**
 * A new database of one's own, sorted by code points (collation C) as the store expects. The store finds it migrated, as if a first start
 * had been cut short just then: a copy takes a third of what migrations do. Whose subject these are asks for `emptyDatabase`, and who starts a server without a key of its own: a store that is there without one is refused.
 */
export async function freshDatabase(): Promise<FreshDatabase> {
  const { url, migrated } = await sharedCluster()
  return createDatabase(url, migrated)
}

/** The same with nothing in it. */
export async function emptyDatabase(): Promise<FreshDatabase> {
  const { url } = await sharedCluster()
  return createDatabase(url, 'template0')
}

async function sharedCluster(): Promise<SharedCluster> {
  const answer = await text(connect(inject('postgresSocket')))
  if (answer.startsWith('{')) return JSON.parse(answer) as SharedCluster
  throw new Error(answer)
}
