import pg from 'pg'
import { expect, test } from 'vitest'
import { emptyDatabase } from '../support/postgres.ts'
import { createProduct } from '../support/product.ts'

test('a node beside a newer program works on, and stops in words and in order once the store has what it must not work beside', async () => {
  const database = await emptyDatabase()
  const product = await createProduct({ databaseUrl: database.url })
  const client = new pg.Client({ connectionString: database.url })
  try {
    await client.connect()
    await product.start()
    // As a newer program writes them at its start.
    const migrated = (version: number, name: string, endsOlder: 0 | 1) =>
      client.query('insert into migration (version, name, applied_at, ends_older) values ($1, $2, 0, $3)', [version, name, endsOlder])
    await migrated(9998, 'a-column-more', 0)
    await product.api('POST', '/app', { uid: 'shop', name: 'Shop' })
    await migrated(9999, 'what-nobody-may-leave-out', 1)
    expect(await product.ended).toBe(1)
    expect(product.log()).toMatch(/"migration":"what-nobody-may-leave-out".*Start the newer one in its place.*"event":"store\.newer"/)
    const { rows } = await client.query<{ alive: number }>('select alive from session where alive = 1')
    expect(rows).toEqual([])
    expect(await product.refusedStart()).toEqual({
      code: 2,
      output: expect.stringMatching(/at version 9999 \(what-nobody-may-leave-out\)/),
    })
  } finally {
    await client.end()
    await product.remove()
    await database.drop()
  }
}, 120_000)
