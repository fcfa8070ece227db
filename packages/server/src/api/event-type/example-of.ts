import { parseExactJson, schemaExample } from '#domain'
import type { StoredEventType, Store } from '#store'

export type ExampleOf =
  /** The bytes of a JSON object. */
  { readonly kind: 'example'; readonly bytes: Uint8Array } | { readonly kind: 'none' } | { readonly kind: 'unknown' }

interface AskedExample {
  readonly name: string
  /** What the caller sees. */
  readonly featureFlags: readonly string[] | null
  /** Which of the examples in the newest schema; absent: the event type's own, else one made of that schema. */
  readonly index?: number | undefined
}

/** An example of an event type that the caller sees. */
export async function exampleOf({ queries }: Pick<Store, 'queries'>, { name, featureFlags, index }: AskedExample): Promise<ExampleOf> {
  const row = await queries.eventTypes.find(name, featureFlags)
  if (!row) return { kind: 'unknown' }
  const examples = index === undefined ? undefined : schemaVersions(row.schemas)[0]?.schema['examples']
  const example = index === undefined ? shownExample(row) : Array.isArray(examples) ? (examples[index] as unknown) : undefined
  if (typeof example !== 'object' || example === null || Array.isArray(example)) return { kind: 'none' }
  return { kind: 'example', bytes: Buffer.from(JSON.stringify(example)) }
}

/** What documentation shows: the event type's own example, else one made of its newest schema. Undefined where nothing can be made. */
export function shownExample({ example, schemas }: Pick<StoredEventType, 'example' | 'schemas'>): unknown {
  return example === null ? schemaExample(schemaVersions(schemas)[0]?.schema) : parseExactJson(example)
}

/** Newest first. Versions are numbers as text. */
export function schemaVersions(schemas: string | null): { readonly version: string; readonly schema: Readonly<Record<string, unknown>> }[] {
  if (schemas === null) return []
  const all = Object.entries(parseExactJson(schemas) as Record<string, Record<string, unknown>>)
  return all
    .map(([version, schema]) => ({ version, schema }))
    .toSorted((a, b) => b.version.localeCompare(a.version, 'en', { numeric: true }))
}
