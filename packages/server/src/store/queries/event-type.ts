import { sql, type RawBuilder } from 'kysely'
import type { StoredEventType } from '../records/event-type.ts'
import type { Stretch } from '../stretch.ts'
import { bytesOf, noBytes } from './content-size.ts'
import { inStretch } from './in-stretch.ts'
import { holdsName } from './logs/holds-name.ts'
import type { Tables } from './tables.ts'

/** Which event types a caller sees: those without a feature flag and those with one of its own; null: all. */
export type FeatureFlags = readonly string[] | null

export interface EventTypeFilter {
  readonly featureFlags: FeatureFlags
  readonly archived: boolean
  /** Whether schemas and examples are to be measured. */
  readonly sized: boolean
}

/** An event type without what is too large to be shown. */
export interface ShownEventType extends StoredEventType {
  /** 1: it is there, and left out. */
  readonly example_large: number
  readonly schemas_large: number
}

/** What names an event type: an endpoint or a flow, with its application. */
interface EventTypeUser {
  readonly id: string
  readonly name: string
  readonly application: string
  readonly applicationName: string
}

export interface EventTypeUsers {
  readonly count: number
  /** Up to so many as were asked for, the oldest first. */
  readonly first: readonly EventTypeUser[]
}

const headColumns = ['name', 'description', 'archived', 'deprecated', 'feature_flags', 'group_name', 'created_at', 'updated_at'] as const

/** Event types, by name. To whom does not see one it does not exist. */
export function createEventTypeQueries({ db }: Tables) {
  const seen = (featureFlags: FeatureFlags) => db.selectFrom('event_type').where(seenWith(featureFlags))
  return {
    find: (name: string, featureFlags: FeatureFlags = null): Promise<StoredEventType | undefined> =>
      seen(featureFlags).selectAll().where('name', '=', name).executeTakeFirst(),
    list(
      { featureFlags, archived, sized }: EventTypeFilter,
      stretch: Stretch,
    ): Promise<{ readonly name: string; readonly description: string; readonly bytes: number }[]> {
      const bytes = (sized ? bytesOf('schemas', 'example') : noBytes).as('bytes')
      const select = inStretch(seen(featureFlags).select(['name', 'description', bytes]), 'name', stretch)
      return (archived ? select : select.where('archived', '=', 0)).execute()
    },
    /** In no order; without the content schemas and example read as if there were none. */
    async byNames(names: readonly string[], withContent = true): Promise<StoredEventType[]> {
      if (names.length === 0) return []
      const rows = db.selectFrom('event_type').where('name', 'in', names)
      if (withContent) return rows.selectAll().execute()
      return (await rows.select(headColumns).execute()).map((row) => ({ ...row, schemas: null, example: null }))
    },
    /** Those of the names that are there, and whether they are seen. */
    async known(names: readonly string[], featureFlags: FeatureFlags): Promise<{ readonly name: string; readonly seen: boolean }[]> {
      const rows = db
        .selectFrom('event_type')
        .select(['name', seenWith(featureFlags).as('seen')])
        .where('name', 'in', names)
      return (await rows.execute()).map(({ name, seen: isSeen }) => ({ name, seen: Boolean(isSeen) }))
    },
    /** The endpoints that subscribe to it by its name, and the flows whose published version names it. All of them are looked through. */
    async users(name: string, most: number): Promise<{ readonly endpoints: EventTypeUsers; readonly flows: EventTypeUsers }> {
      const endpoints = db
        .selectFrom('endpoint')
        .innerJoin('application as a', 'a.id', 'endpoint.application_id')
        .select(['endpoint.id', 'a.id as application', 'a.name as applicationName'])
        .select(sql<string>`case when endpoint.description = '' then endpoint.url else endpoint.description end`.as('name'))
        .where(holdsName('endpoint.event_types', name))
        .where('endpoint.deleted_at', 'is', null)
        .where('a.deleted_at', 'is', null)
      const flows = db
        .selectFrom('flow')
        .innerJoin('application as a', 'a.id', 'flow.application_id')
        .innerJoin('flow_version', (join) =>
          join.onRef('flow_version.flow_id', '=', 'flow.id').onRef('flow_version.version', '=', 'flow.published_version'),
        )
        .select(['flow.id', 'flow.name', 'a.id as application', 'a.name as applicationName'])
        .where(holdsName('flow_version.definition', name))
        .where('flow.deleted_at', 'is', null)
        .where('a.deleted_at', 'is', null)
      const first = async (users: typeof flows): Promise<EventTypeUsers> => {
        const all = db.selectFrom(users.as('u'))
        const { count } = await all.select((is) => is.fn.countAll<number>().as('count')).executeTakeFirstOrThrow()
        return { count: Number(count), first: await all.selectAll().orderBy('u.id').limit(most).execute() }
      }
      return { endpoints: await first(endpoints as unknown as typeof flows), flows: await first(flows) }
    },
    /** Those that everybody may know of, up to `most`. An example and schemas of more than `bytesMax` are left out. */
    published: (bytesMax: number, most: number): Promise<ShownEventType[]> =>
      seen([])
        .where('archived', '=', 0)
        .orderBy('name')
        .limit(most)
        .select(headColumns)
        .select([...unlessLarge('example', bytesMax), ...unlessLarge('schemas', bytesMax)])
        .execute(),
  }
}

function seenWith(featureFlags: FeatureFlags): RawBuilder<boolean> {
  if (featureFlags === null) return sql<boolean>`1 = 1`
  // Taking a name away changes the JSON text only if it is there; see `holdsName`.
  const shared = featureFlags.map((flag) => sql`replace(feature_flags, ${JSON.stringify(flag)}, '') <> feature_flags`)
  return sql<boolean>`(${sql.join([sql`feature_flags is null`, ...shared], sql` or `)})`
}

/** A column, and whether it is too large. Its size is known without reading it. */
function unlessLarge<const Column extends 'example' | 'schemas'>(column: Column, bytesMax: number) {
  const size = sql`octet_length(${sql.ref(column)})`
  return [
    sql<string | null>`case when ${size} <= ${sql.lit(bytesMax)} then ${sql.ref(column)} end`.as(column),
    sql<number>`case when ${size} > ${sql.lit(bytesMax)} then 1 else 0 end`.as(`${column}_large` as const),
  ] as const
}
