import type { Store } from '#store'
import { seenWith } from './seen-with.ts'

export type ExampleOf =
  /** The bytes of a JSON object. */
  { readonly kind: 'example'; readonly bytes: Uint8Array } | { readonly kind: 'none' } | { readonly kind: 'unknown' }

/** An event type's own example, else the one in its newest schema; of one that the caller sees. */
export async function exampleOf({ db }: Pick<Store, 'db'>, name: string, featureFlags: readonly string[] | null): Promise<ExampleOf> {
  const seen = db.selectFrom('event_type').select(['example', 'schemas']).where(seenWith(featureFlags))
  const row = await seen.where('name', '=', name).executeTakeFirst()
  if (!row) return { kind: 'unknown' }
  const example = row.example === null ? exampleIn(row.schemas) : (JSON.parse(row.example) as unknown)
  if (typeof example !== 'object' || example === null || Array.isArray(example)) return { kind: 'none' }
  return { kind: 'example', bytes: Buffer.from(JSON.stringify(example)) }
}

/** JSON Schema has `examples`, OpenAPI `example`. Versions are numbers as text. */
function exampleIn(schemas: string | null): unknown {
  if (schemas === null) return undefined
  const versions = Object.entries(JSON.parse(schemas) as Record<string, { examples?: unknown[]; example?: unknown }>)
  const newest = versions.toSorted(([a], [b]) => b.localeCompare(a, 'en', { numeric: true }))[0]?.[1]
  return newest?.examples?.[0] ?? newest?.example
}
