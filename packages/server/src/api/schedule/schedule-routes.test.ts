import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApi, type TestApi } from '../../../../../test/support/test-api.ts'
import { createFakeClock } from '#platform/testing'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi({}, { clock: createFakeClock(Date.parse('2026-11-27T07:00:00Z')) })
})
afterAll(() => api.stop())

const ask = (query: Readonly<Record<string, string>>) => api.call(`GET /schedule/times?${new URLSearchParams(query)}`)

test('the next times of a schedule are given in its time zone, five unless more are asked for', async () => {
  const { body } = await ask({ cron: '0 6 * * 1-5', time_zone: 'Europe/Berlin' })
  expect(body['data']).toEqual(['11-30', '12-01', '12-02', '12-03', '12-04'].map((day) => `2026-${day}T05:00:00.000Z`))
  expect((await ask({ cron: '0 12 29 2 *', limit: '2' })).body['data']).toEqual(['2028-02-29T12:00:00.000Z', '2032-02-29T12:00:00.000Z'])
})

test.each([
  [{ cron: '0 6 * *' }, '?cron', /five fields/],
  [{ cron: '0 6 * * *', time_zone: 'Berlin' }, '?time_zone', /no time zone "Berlin"/],
  [{}, '?cron', /required/],
])('what is wrong with %o is reported by its field', async (query, pointer, message) => {
  const { status, body } = await ask(query as Readonly<Record<string, string>>)
  expect(status).toBe(422)
  expect(body['errors']).toMatchObject([{ pointer, message: expect.stringMatching(message) }])
})
