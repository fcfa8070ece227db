import { schemaExample } from '#domain'
import type { EventTypeTable, Store } from '#store'
import { seenWith } from './seen-with.ts'

export type ExampleOf =
  /** The bytes of a JSON object. */
  { readonly kind: 'example'; readonly bytes: Uint8Array } | { readonly kind: 'none' } | { readonly kind: 'unknown' }

/** An event type's own example, else one made of its newest schema; of one that the caller sees. */
export async function exampleOf({ db }: Pick<Store, 'db'>, name: string, featureFlags: readonly string[] | null): Promise<ExampleOf> {
  const seen = db.selectFrom('event_type').select(['example', 'schemas']).where(seenWith(featureFlags))
  const row = await seen.where('name', '=', name).executeTakeFirst()
  if (!row) return { kind: 'unknown' }
  const example = shownExample(row)
  if (typeof example !== 'object' || example === null || Array.isArray(example)) return { kind: 'none' }
  return { kind: 'example', bytes: Buffer.from(JSON.stringify(example)) }
}

/** What documentation shows: the event type's own example, else one made of its newest schema. Undefined where nothing can be made. */
export function shownExample({ example, schemas }: Pick<EventTypeTable, 'example' | 'schemas'>): unknown {
  return example === null ? schemaExample(schemaVersions(schemas)[0]?.schema) : (JSON.parse(example) as unknown)
}

/** Newest first. Versions are numbers as text. */
export function schemaVersions(schemas: string | null): { readonly version: string; readonly schema: Readonly<Record<string, unknown>> }[] {
  if (schemas === null) return []
  const all = Object.entries(JSON.parse(schemas) as Record<string, Record<string, unknown>>)
  return all
    .map(([version, schema]) => ({ version, schema }))
    .toSorted((a, b) => b.version.localeCompare(a.version, 'en', { numeric: true }))
}
