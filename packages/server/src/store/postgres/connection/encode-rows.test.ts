import fc from 'fast-check'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '#platform'
import { emptyDatabase, type FreshDatabase } from '../../../../../../test/support/postgres.ts'
import { createEncodeRows, type EncodeRows } from './encode-rows.ts'
import { named } from '../functions/install.ts'
import { migratePostgres } from '../migrate-postgres.ts'
import { rowTypes, type ColumnType, type RowType } from './row-type.ts'

let database: FreshDatabase
let client: pg.Client
let encode: EncodeRows

beforeAll(async () => {
  database = await emptyDatabase()
  encode = createEncodeRows((await migratePostgres({ url: database.url, now: systemClock.now })).rowTypes)
  client = new pg.Client({ connectionString: database.url })
  client.on('error', () => {})
  await client.connect()
  client.setTypeParser(pg.types.builtins.INT8, Number)
})

afterAll(async () => {
  await client.end()
  await database.drop()
})

const readBack = async (type: RowType, rows: readonly object[]) =>
  (await client.query(named(`select * from unnest($1::posthorn.${type.name}[])`), [encode(type, rows)])).rows as Record<string, unknown>[]

const values: Record<ColumnType, fc.Arbitrary<unknown>> = {
  int: fc.integer(),
  bigint: fc.oneof(fc.maxSafeInteger(), fc.constantFrom(0, -1, 2 ** 31, -(2 ** 31) - 1, 2 ** 32, -(2 ** 32), 2 ** 53 - 1, -(2 ** 53) + 1)),
  boolean: fc.boolean(),
  text: fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.string({ unit: 'binary' }).filter((text) => !text.includes('\0')),
    fc.constant('é'.repeat(5000)),
  ),
  bytea: fc.uint8Array().map((bytes) => Buffer.from(bytes)),
}

describe('rows in binary', () => {
  it.each(Object.values(rowTypes))('$name: arrives as it was, whatever is in it', async (type) => {
    const row = fc.record(Object.fromEntries(type.columns.map(({ name, type: column }) => [name, fc.option(values[column])])))
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 10 }), async (rows) => {
        expect(await readBack(type, rows)).toEqual(rows)
      }),
      { numRuns: 15 },
    )
  })

  it('what a row lacks is null, and no rows are null', async () => {
    expect(encode(rowTypes.skip, [])).toBeNull()
    expect(await readBack(rowTypes.skip, [{ op: 1 }, { lane: 'a', more: 'than the type has' }])).toEqual([
      { op: 1, lane: null },
      { op: null, lane: 'a' },
    ])
  })

  it('text that PostgreSQL cannot store is made storable', async () => {
    const [row] = await readBack(rowTypes.skip, [{ op: 1, lane: 'zero \0 half \ud800 whole \u{1f600}' }])
    expect(row!.lane).toBe('zero \ufffd half \ufffd whole \u{1f600}')
  })

  it('a batch larger than its memory goes, and leaves no large memory behind', async () => {
    const body = Buffer.alloc(3 * 1024 * 1024, 7)
    const rows = await readBack(rowTypes.attempt, [
      { op: 1, response_body: body },
      { op: 2, url: 'x'.repeat(2_000_000) },
    ])
    expect(rows[0]!.response_body).toEqual(body)
    expect((rows[1]!.url as string).length).toBe(2_000_000)
    expect(await readBack(rowTypes.skip, [{ op: 3, lane: 'after' }])).toEqual([{ op: 3, lane: 'after' }])
  })

  it.each([
    [rowTypes.skip, { op: 'one' }],
    [rowTypes.skip, { op: 1.5 }],
    [rowTypes.skip, { lane: 7 }],
    [rowTypes.run, { created_at: 2 ** 53 }],
    [rowTypes.task, { tried: 1 }],
    [rowTypes.request, { body: 'text' }],
    [rowTypes.request, { body: [1, 2] }],
  ])('%o refuses %o', (type, row) => {
    expect(() => encode(type, [row])).toThrow(TypeError)
  })

  it('an int that its column is too small for is refused', () => {
    expect(() => encode(rowTypes.skip, [{ op: 2 ** 31 }])).toThrow(RangeError)
  })
})
