import type { ApplicationId, Plan } from '#domain'
import type { StoredApplication } from './records/application.ts'
import type { StoredConnection } from './records/connection.ts'
import type { StoredEndpointSecret, StoredEndpoint } from './records/endpoint.ts'
import type { StoredFlow, StoredFlowVersion } from './records/flow.ts'
import type { StoredListener } from './records/listener.ts'
import type { StoredSecret } from './records/secret.ts'
import type { ConfigurationPart, MadeFrom } from './port/made-from.ts'

/**
 * One application's configuration as it stood at `version`, whole and immutable. Commits carry the version, so acting on an old
 * snapshot is refused (`stale`) and never harms.
 */
export interface ApplicationSnapshot {
  readonly id: ApplicationId
  readonly uid: string | null
  readonly name: string
  readonly version: number
  readonly plan: Plan
  /** JSON, as in the table. */
  readonly settings: string
  readonly row: Readonly<StoredApplication>
  readonly endpoints: readonly EndpointSnapshot[]
  readonly listeners: readonly Readonly<StoredListener>[]
  readonly flows: readonly FlowSnapshot[]
  readonly secrets: readonly Readonly<StoredSecret>[]
  readonly connections: readonly Readonly<StoredConnection>[]
}

/** Secrets newest first. Deleted endpoints are not here. */
export type EndpointSnapshot = Readonly<StoredEndpoint> & { readonly secrets: readonly Readonly<StoredEndpointSecret>[] }

/** Without the draft. `published` is the version that new runs take; null before the first publish. */
export type FlowSnapshot = Readonly<Omit<StoredFlow, 'draft'>> & { readonly published: Readonly<StoredFlowVersion> | null }

/** What a commit is compared by that was made from this snapshot, and read nothing of it but `part`. */
export function madeFrom({ id, row }: ApplicationSnapshot, part: ConfigurationPart): MadeFrom {
  return { id, version: part === 'inbound' ? row.inbound_version : row.outbound_version, part }
}
