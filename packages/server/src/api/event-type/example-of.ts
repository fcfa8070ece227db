import type { Store } from '#store'

export type ExampleOf =
  /** The bytes of a JSON object. */
  { readonly kind: 'example'; readonly bytes: Uint8Array } | { readonly kind: 'none' } | { readonly kind: 'unknown' }

/** An event type's own example, else the one in its newest schema. */
export async function exampleOf({ db }: Pick<Store, 'db'>, name: string): Promise<ExampleOf> {
  const row = await db.selectFrom('event_type').select(['example', 'schemas']).where('name', '=', name).executeTakeFirst()
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
