import { operationalApplication, operationalEventTypeContents, type Ids } from '#domain'
import type { Clock, Log } from '#platform'
import type { Mutation, Store } from '#store'
import { eventTypeRow } from './event-type/event-type-row.ts'

interface Deps {
  readonly store: Pick<Store, 'queries' | 'statements' | 'mutate'>
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Pick<Log, 'warn'>
}

const { id, uid, name } = operationalApplication
/** Keys of applications see its event types only if they carry this flag: a customer's portal shows none of them. */
const FEATURE_FLAG = 'posthorn'
const GROUP = 'Posthorn'

/**
 * Makes sure that the operator's application is there with its event types. An installation that gave the uid to an application of its own
 * keeps it: then ours goes by its id, and takes the uid at the first start at which it is free.
 */
export async function ensureOperationalApplication(deps: Deps): Promise<void> {
  const { queries } = deps.store
  const here = await queries.applications.head(id)
  if (here?.uid === uid) return ensureEventTypes(deps)
  const other = await queries.applications.idOf(uid)
  if (other !== undefined) {
    const why = `The application ${other} has the uid "${uid}". Rename it, and Posthorn's own application takes the uid at the next start.`
    deps.log.warn('server.operational.unnamed', { application: id, why })
  }
  if (!here) await make(deps, other === undefined ? uid : null)
  else if (other === undefined) await rename(deps, here.version)
  await ensureEventTypes(deps)
}

/** Of two processes that start at once, one makes it. */
async function make({ store, ...deps }: Deps, named: string | null): Promise<void> {
  const now = deps.clock.now()
  const row = {
    ...{ id, uid: named, name, metadata: '{}', plan: 'unlimited', settings: '{}', throttle_rate: null },
    ...{ version: 1, created_at: now, updated_at: now, deleted_at: null },
  }
  const statements = [store.statements.applications.insert(row)]
  await store.mutate({ statements, application: null, audit: [auditOf(deps, 'application.created', named)] })
}

async function rename({ store, ...deps }: Deps, version: number): Promise<void> {
  const statements = [store.statements.applications.update(id, { uid, updated_at: deps.clock.now() })]
  await store.mutate({ statements, application: { id, version }, audit: [auditOf(deps, 'application.updated', uid)] })
}

/** Those that are missing. What the operator made of the others stays, and so does an event type of the same name that was there before. */
async function ensureEventTypes({ store, clock }: Deps): Promise<void> {
  const { queries, statements } = store
  const names = operationalEventTypeContents.map((content) => content.name)
  const there = await queries.eventTypes.known(names, null)
  const known = new Set(there.map((row) => row.name))
  const now = clock.now()
  const about = { archived: false, deprecated: false, featureFlags: [FEATURE_FLAG], groupName: GROUP }
  const rows = operationalEventTypeContents
    .filter((content) => !known.has(content.name))
    .map(({ name: type, description, schema, example }) => ({
      ...eventTypeRow(type, { ...about, description, schemas: { '1': schema } }, { createdAt: now, now }),
      example: JSON.stringify(example),
    }))
  if (rows.length === 0) return
  await store.mutate({ statements: [statements.eventTypes.insertMissing(rows)], application: null, audit: [] })
}

function auditOf({ ids, clock }: Pick<Deps, 'ids' | 'clock'>, action: string, named: string | null): Mutation['audit'][number] {
  const about = { id: ids.make('aud'), at: clock.now(), application: id, actor: 'system', action, target: id }
  return { ...about, before: null, after: JSON.stringify({ uid: named }), ip: null }
}
