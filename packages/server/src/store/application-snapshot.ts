import type { ApplicationId, Plan } from '#domain'
import type {
  ApplicationTable,
  EndpointSecretTable,
  EndpointTable,
  FlowTable,
  FlowVersionTable,
  ListenerTable,
  SecretTable,
} from './schema.ts'
import type { ConfigurationPart, MadeFrom } from './store.ts'

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
  readonly row: Readonly<SelectedApplication>
  readonly endpoints: readonly EndpointSnapshot[]
  readonly listeners: readonly Readonly<ListenerTable>[]
  readonly flows: readonly FlowSnapshot[]
  readonly secrets: readonly Readonly<SecretTable>[]
}

/** Columns that the store keeps. */
export type Versions = 'version' | 'inbound_version' | 'outbound_version'
export type SelectedApplication = Omit<ApplicationTable, Versions> & { readonly [Name in Versions]: number }

/** Secrets newest first. Deleted endpoints are not here. */
export type EndpointSnapshot = Readonly<EndpointTable> & { readonly secrets: readonly Readonly<EndpointSecretTable>[] }

/** Without the draft. `published` is the version that new runs take; null before the first publish. */
export type FlowSnapshot = Readonly<Omit<FlowTable, 'draft'>> & { readonly published: Readonly<FlowVersionTable> | null }

/** What a commit is compared by that was made from this snapshot, and read nothing of it but `part`. */
export function madeFrom({ id, row }: ApplicationSnapshot, part: ConfigurationPart): MadeFrom {
  return { id, version: part === 'inbound' ? row.inbound_version : row.outbound_version, part }
}
