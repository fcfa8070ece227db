import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readConfig } from '#config'
import { tablesOf } from '#store/testing'
import { freshDatabase } from '../../../../test/support/postgres.ts'
import { startTestApi, type TestApi } from '../../../../test/support/test-api.ts'
import { ensureFirstKey } from './first-start.ts'

/** POSTHORN_API_KEY as the server reads it; undefined if the start is refused. */
function configured(text: string): string | undefined {
  const read = readConfig({ environment: { POSTHORN_API_KEY: text }, flags: {}, file: undefined })
  return read.kind === 'ok' ? read.config.apiKey! : undefined
}

describe.each(['sqlite', 'postgres'] as const)('POSTHORN_API_KEY on %s', (engine) => {
  let api: TestApi
  beforeAll(async () => {
    api = await startTestApi({}, engine === 'postgres' ? { databaseUrl: (await freshDatabase()).url } : {})
    await api.call('POST /app', { body: { uid: 'shop', name: 'Shop' } })
  })
  afterAll(() => api.stop())
  const starts = (text: string) => ensureFirstKey(api.deps, text)

  test.each([
    ['begins as our keys do', 'phk_my-own-key-of-the-harness'],
    ['looks like one of ours with a typing mistake', `phk_${'0'.repeat(49)}`],
    ['is cut off', `phk_${'a'.repeat(30)}`],
    ['holds every sign', `!"#$%&'()*+,-./:;<=>?@[]^_{|}~`],
  ])('lets in who shows it, also if it %s', async (_, key) => {
    expect(await starts(configured(key)!)).toEqual({ kind: 'there' })
    expect((await api.call('GET /app', { key })).status).toBe(200)
    expect(await starts(key)).toEqual({ kind: 'there' })
  })

  test('in every spelling either refuses the start or is a key with which one gets in', async () => {
    const unit = fc.constantFrom(...'aZ09-_.~+/=:;,"\\ \t\u00e9\u0161\u00a0\u{1f511}\0')
    const texts = fc.oneof(fc.string({ minLength: 20, maxLength: 30, unit }), fc.string({ minLength: 24, maxLength: 60 }))
    let refused = 0
    for (const text of fc.sample(texts, { numRuns: 150, seed: 20_261_129 })) {
      const key = configured(text)
      if (key === undefined) refused++
      else {
        expect(await starts(key)).toEqual({ kind: 'there' })
        expect((await api.call('GET /app', { key: text })).status, JSON.stringify(text)).toBe(200)
      }
    }
    expect(refused).toBeGreaterThan(0)
    expect(refused).toBeLessThan(150)
  })

  test('that was revoked, has expired, is of one application or may only read is refused, with the reason', async () => {
    const make = async (body: object) => (await api.call('POST /key', { body: { name: 'Test', ...body } })).body
    const revoked = await make({})
    await api.call(`DELETE /key/${String(revoked['id'])}`)
    expect(await starts(String(revoked['key']))).toMatchObject({
      kind: 'unusable',
      fault: expect.stringMatching(/^POSTHORN_API_KEY was revoked/),
    })
    const expired = await make({})
    const db = tablesOf(api.deps.store)
    await api.deps.store.mutate({
      statements: [
        {
          query: db
            .updateTable('api_key')
            .set({ expires_at: 1000 })
            .where('id', '=', String(expired['id']) as never)
            .compile(),
        },
      ],
      application: null,
      audit: [],
    })
    expect(await starts(String(expired['key']))).toMatchObject({ fault: expect.stringContaining('expired at 1970') })
    for (const body of [{ application: 'shop' }, { access: 'read' }])
      expect(await starts(String((await make(body))['key']))).toMatchObject({ fault: expect.stringContaining('key of the organisation') })
    expect(await starts(String((await make({}))['key']))).toEqual({ kind: 'there' })
  })
})
