import { afterAll, beforeAll, expect, test } from 'vitest'
import { createFakeClock, silentLog } from '#platform/testing'
import type { Mutation } from '#store'
import { startTestApi, type TestApi } from '../../../../../test/support/test-api.ts'
import { createKeyUse } from './key-use.ts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api.stop())

test('a key says when it was last used, once the use is written down', async () => {
  const { id, key } = (await api.call('POST /key', { body: { name: 'CI' } })).body
  const lastUsed = async () => (await api.call(`GET /key/${String(id)}`)).body['lastUsedAt'] as unknown
  expect(await lastUsed()).toBeNull()
  const before = Date.now()
  await api.call('GET /app', { key: String(key) })
  await expect.poll(lastUsed).not.toBeNull()
  expect(Date.parse(String(await lastUsed()))).toBeGreaterThanOrEqual(before)
  expect(Date.parse(String(await lastUsed()))).toBeLessThanOrEqual(Date.now())
})

/** A store that only counts what is written to it. */
function houseOfUse() {
  const clock = createFakeClock()
  const written: number[] = []
  let failing = false
  const mutate = async ({ statements }: Mutation) => {
    if (failing) throw new Error('no')
    written.push(statements.length)
    return { kind: 'done' as const }
  }
  const keyUse = createKeyUse({ store: { statements: api.deps.store.statements, mutate }, clock, log: silentLog })
  return { clock, written, keyUse, fail: (fails: boolean) => void (failing = fails) }
}

test('uses are written together, each key once a minute at most', async () => {
  const { clock, written, keyUse } = houseOfUse()
  for (let i = 0; i < 100; i++) for (const key of ['key_a', 'key_b'] as const) keyUse.note(key)
  expect(written).toEqual([])
  await clock.run(1000)
  expect(written).toEqual([2])
  for (let seconds = 0; seconds < 58; seconds++) {
    keyUse.note('key_a')
    await clock.run(1000)
  }
  expect(written).toEqual([2])
  await clock.run(2000)
  keyUse.note('key_a')
  await clock.run(1000)
  expect(written).toEqual([2, 1])
})

test('what is not written yet is written at the end, and a store that cannot delays nobody', async () => {
  const { clock, written, keyUse, fail } = houseOfUse()
  fail(true)
  keyUse.note('key_a')
  await clock.run(1000)
  fail(false)
  keyUse.note('key_b')
  await keyUse.stop()
  expect(written).toEqual([1])
})
