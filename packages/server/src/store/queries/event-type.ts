import { sql, type RawBuilder } from 'kysely'
import type { StoredEventType } from '../records/event-type.ts'
import type { Stretch } from '../stretch.ts'
import { bytesOf, noBytes } from './content-size.ts'
import { inStretch } from './in-stretch.ts'
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
