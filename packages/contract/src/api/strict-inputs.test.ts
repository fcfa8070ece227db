import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { connectionIn } from '../application/connection.ts'
import { listenerIn } from '../listener/listener.ts'
import { lenience } from './lenience.ts'
import { operations } from './operations.ts'
import { replayIn } from '../delivery/replay.ts'
import { unknownMember } from './unknown-member.ts'

type Def = z.core.$ZodTypeDef & {
  readonly shape?: Readonly<Record<string, z.core.$ZodType>>
  readonly catchall?: z.core.$ZodType
  readonly element?: z.core.$ZodType
  readonly options?: readonly z.core.$ZodType[]
  readonly innerType?: z.core.$ZodType
  readonly out?: z.core.$ZodType
  readonly valueType?: z.core.$ZodType
}

/** Where a schema takes members that it does not know. */
function loose(schema: z.core.$ZodType, at: string, seen = new Set<z.core.$ZodType>()): string[] {
  if (seen.has(schema)) return []
  seen.add(schema)
  const def = schema._zod.def as Def
  const isLoose = def.type === 'object' && def.catchall?._zod.def.type !== 'never'
  const inner = [
    ...Object.entries(def.shape ?? {}).map(([name, one]) => [one, `${at}.${name}`] as const),
    ...[def.element, def.innerType, def.out, def.valueType, ...(def.options ?? [])].flatMap((one) => (one ? [[one, at] as const] : [])),
  ]
  return [...(isLoose ? [at] : []), ...inner.flatMap(([one, place]) => loose(one, place, seen))]
}

const inputs = operations.flatMap(({ id, body, query, documentedBody }) =>
  Object.entries({ body, query, documentedBody }).flatMap(([place, schema]) => (schema ? [[id, place, schema] as const] : [])),
)

test.each(inputs)('%s takes nothing in its %s that it does not know, but for what the list says', (id, place, schema) => {
  const allowed = lenience.some(({ operations: ids, field }) => field === '*' && ids.includes(id)) && place === 'body'
  expect(loose(schema, place)).toEqual(allowed ? [place] : [])
})

test('the list names operations that there are, and says why', () => {
  const ids = new Set(operations.map(({ id }) => id))
  for (const { operations: named, why } of lenience) {
    for (const id of named) expect(ids).toContain(id)
    expect(why).toMatch(/^[A-Z].*\.$/)
  }
})

describe('what is said of an unknown member', () => {
  const strict = z.strictObject({
    dryRun: z.boolean(),
    filter: z.strictObject({ endpointId: z.string(), list: z.array(z.strictObject({ deep: z.string() })) }),
  })

  test.each([
    [[], 'dryrun', 'Did you mean dryRun?'],
    [[], 'dry_run', 'Did you mean dryRun?'],
    [[], 'endpointId', 'Did you mean filter.endpointId?'],
    [[], 'endpointid', 'Did you mean filter.endpointId?'],
    [['filter'], 'dryRun', 'Did you mean dryRun?'],
    [['filter'], 'endpoint', 'Did you mean filter.endpointId?'],
    [['filter'], 'status', 'There are endpointId, list.'],
    [['filter', 'list'], 'depp', 'Did you mean filter.list.deep?'],
    [[], 'since', 'There are dryRun, filter.'],
    [[], 'x'.repeat(100_000), 'There are dryRun, filter.'],
  ] as const)('at %j: %s', (at, name, words) => {
    const shown = unknownMember({ schema: strict, value: {}, path: at }, name)
    expect(shown).toContain(words)
    expect(shown.length).toBeLessThan(250)
  })

  test('finds the member of a replay that stands one level too high', () => {
    expect(unknownMember({ schema: replayIn, value: {}, path: [] }, 'endpointId')).toBe(
      'There is no field "endpointId" here. Did you mean filter.endpointId?',
    )
  })

  test.each([
    [listenerIn, { auth: { kind: 'bearer' } }, ['auth'], 'extra', 'There are kind, tokens.'],
    [listenerIn, { auth: { kind: 'bearer' } }, ['auth'], 'keys', 'There are kind, tokens.'],
    [listenerIn, { auth: { kind: 'api_key' } }, ['auth'], 'naem', 'Did you mean auth.name?'],
    [listenerIn, { expected: { headers: [{}] } }, ['expected', 'headers', 0], 'required_', 'Did you mean expected.headers.required?'],
    [connectionIn, { auth: { kind: 'basic' } }, ['auth'], 'extra', 'There are kind, username, password.'],
  ])('of alternatives it names the members of the one that was meant: %#', (schema, value, path, name, words) => {
    expect(unknownMember({ schema, value, path }, name)).toBe(`There is no field "${name}" here. ${words}`)
  })

  test('of alternatives of which none was meant it names every member once', () => {
    const shown = unknownMember({ schema: connectionIn, value: { auth: { kind: 'x' } }, path: ['auth'] }, 'extra')
    expect(shown.match(/kind/g)).toHaveLength(1)
  })
})
