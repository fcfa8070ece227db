import { isId, type ApplicationId } from '#domain'
import type { ApplicationSnapshot } from '../application-snapshot.ts'
import { planColumns, splitPlan } from '../plan-of.ts'
import type { Tables } from './tables.ts'

/**
 * The application's row is read first, what it owns after it. So a snapshot torn by a change has too old a version, never too
 * new a one, and the first commit that uses it is refused.
 */
export async function loadSnapshot(db: Tables['db'], key: string): Promise<ApplicationSnapshot | undefined> {
  const found = await applicationQuery(db, key).executeTakeFirst()
  if (found === undefined) return undefined
  const owned = ownedQueries(db, found.id as ApplicationId)
  const [endpoints, endpointSecrets, listeners, flows, versions, secrets, connections] = await Promise.all([
    owned.endpoints.execute(),
    owned.endpointSecrets.execute(),
    owned.listeners.execute(),
    owned.flows.execute(),
    owned.versions.execute(),
    owned.secrets.execute(),
    owned.connections.execute(),
  ])
  return snapshotOf(found, { endpoints, endpointSecrets, listeners, flows, versions, secrets, connections })
}

/** A query as Kysely builds it: what it is, and of what rows. */
interface Built<Row> {
  compile(): { readonly sql: string; readonly parameters: readonly unknown[] }
  execute(): Promise<Row[]>
}

/** The same for an engine that reads at once, inside a transaction. */
export function readSnapshot(
  db: Tables['db'],
  id: ApplicationId,
  rows: (sql: string, parameters: readonly unknown[]) => unknown[],
): ApplicationSnapshot | undefined {
  const read = <Row>(query: Built<Row>): Row[] => {
    const { sql, parameters } = query.compile()
    return rows(sql, parameters) as Row[]
  }
  const [found] = read(applicationQuery(db, id))
  if (found === undefined) return undefined
  const { endpoints, endpointSecrets, listeners, flows, versions, secrets, connections } = ownedQueries(db, id)
  return snapshotOf(found, {
    endpoints: read(endpoints),
    endpointSecrets: read(endpointSecrets),
    listeners: read(listeners),
    flows: read(flows),
    versions: read(versions),
    secrets: read(secrets),
    connections: read(connections),
  })
}

function applicationQuery(db: Tables['db'], key: string) {
  return db
    .selectFrom('application')
    .leftJoin('plan', 'plan.name', 'application.plan')
    .selectAll('application')
    .select(planColumns)
    .where(isId('app', key) ? 'application.id' : 'application.uid', '=', key)
    .where('application.deleted_at', 'is', null)
}

function ownedQueries(db: Tables['db'], id: ApplicationId) {
  const endpoints = db.selectFrom('endpoint').selectAll().where('application_id', '=', id).where('deleted_at', 'is', null).orderBy('id')
  const endpointSecrets = db
    .selectFrom('endpoint_secret')
    .innerJoin('endpoint', 'endpoint.id', 'endpoint_secret.endpoint_id')
    .selectAll('endpoint_secret')
    .where('endpoint.application_id', '=', id)
    .where('endpoint.deleted_at', 'is', null)
    .orderBy('endpoint_secret.created_at', 'desc')
    .orderBy('endpoint_secret.id', 'desc')
  const listeners = db.selectFrom('listener').selectAll().where('application_id', '=', id).where('deleted_at', 'is', null).orderBy('id')
  const flows = db
    .selectFrom('flow')
    .select(['id', 'application_id', 'uid', 'name', 'enabled', 'published_version', 'created_at', 'updated_at', 'deleted_at'])
    .where('application_id', '=', id)
    .where('deleted_at', 'is', null)
    .orderBy('id')
  const versions = db
    .selectFrom('flow_version')
    .innerJoin('flow', (join) =>
      join.onRef('flow.id', '=', 'flow_version.flow_id').onRef('flow.published_version', '=', 'flow_version.version'),
    )
    .selectAll('flow_version')
    .where('flow.application_id', '=', id)
    .where('flow.deleted_at', 'is', null)
  const secrets = db.selectFrom('secret').selectAll().where('application_id', '=', id).orderBy('name')
  const connections = db.selectFrom('connection').selectAll().where('application_id', '=', id).orderBy('name')
  return { endpoints, endpointSecrets, listeners, flows, versions, secrets, connections }
}

type RowOf<Query extends { execute(): Promise<readonly unknown[]> }> = Awaited<ReturnType<Query['execute']>>[number]
type Owned = { readonly [Name in keyof ReturnType<typeof ownedQueries>]: readonly RowOf<ReturnType<typeof ownedQueries>[Name]>[] }

function snapshotOf(found: RowOf<ReturnType<typeof applicationQuery>>, owned: Owned): ApplicationSnapshot {
  const { plan, row } = splitPlan(found)
  const secretsOf = Map.groupBy(owned.endpointSecrets, (secret) => secret.endpoint_id)
  const versionOf = new Map(owned.versions.map((version) => [version.flow_id, version]))
  return Object.freeze({
    id: row.id as ApplicationId,
    uid: row.uid,
    name: row.name,
    version: row.version,
    plan,
    settings: row.settings,
    row,
    endpoints: owned.endpoints.map((endpoint) => Object.freeze({ ...endpoint, secrets: secretsOf.get(endpoint.id) ?? [] })),
    listeners: owned.listeners,
    flows: owned.flows.map((flow) => {
      const published = versionOf.get(flow.id)
      return Object.freeze({ ...flow, published: published?.version === flow.published_version ? published : null })
    }),
    secrets: owned.secrets,
    connections: owned.connections,
  })
}
