import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { acceptRequest } from '../../../../../test/support/accept-request.ts'
import { freshDatabase } from '../../../../../test/support/postgres.ts'
import { startTestApi, type Json, type TestApi } from '../../../../../test/support/test-api.ts'
import { createCaptures } from './captures.ts'

const engines = [
  ['SQLite', async () => ({ url: undefined, drop: async () => {} })],
  ['PostgreSQL', freshDatabase],
] as const
const HOUR_MS = 3_600_000

describe.each(engines)('the next request as the example, on %s', (engine, makeDatabase) => {
  let api: TestApi
  let database: Awaited<ReturnType<typeof makeDatabase>>
  let listener = ''
  let path = ''
  let made = 0

  beforeAll(async () => {
    database = await makeDatabase()
    api = await startTestApi({}, { ...(database.url !== undefined && { databaseUrl: database.url }) })
    await api.call('POST /app', { body: { uid: 'shop', name: 'Shop' } })
  })
  afterAll(async () => {
    await api.stop()
    await database.drop()
  })
  beforeEach(() => make({}))

  const make = async (more: object) => {
    const body = { name: 'In', suffix: `/in-${++made}`, auth: { kind: 'none' }, expected: { body: { old: true } }, ...more }
    const answer = await api.call('POST /app/shop/listener', { body })
    expect(answer.body).toMatchObject({ capture: null })
    listener = String(answer.body['id'])
    path = `/app/shop/listener/${listener}`
  }
  const arm = async (body: object = {}) => {
    const { status, body: armed } = await api.call(`POST ${path}/capture`, { body: { next: true, ...body } })
    expect(status).toBe(200)
    expect(armed).toMatchObject({ capture: { status: 'waiting', requestId: null, detail: null }, expected: { body: { old: true } } })
    return armed
  }
  const keep = (body: string, more: object = {}) => {
    const bytes = Buffer.from(body)
    const json = { content_type: 'application/json', body: bytes, body_bytes: bytes.length, headers: '[["x-topic","orders"]]' }
    return acceptRequest(api, { app: 'shop', fields: { listener_id: listener, ...json, ...more } })
  }
  /** What a process sees that looks, `aheadMs` later. */
  const looked = async ({ deps }: Pick<TestApi, 'deps'> = api, aheadMs = 0): Promise<Json> => {
    const captures = createCaptures({ ...deps, clock: { ...deps.clock, now: () => deps.clock.now() + aheadMs } })
    captures.start()
    captures.soon()
    try {
      await expect.poll(async () => status((await api.call(`GET ${path}`)).body), { timeout: 60_000, interval: 20 }).not.toBe('waiting')
      return (await api.call(`GET ${path}`)).body
    } finally {
      await captures.stop()
    }
  }
  const status = ({ capture }: Json) => capture?.['status']

  test('is the first that is accepted after it was asked for, also by a process that began later, and the audit log names who asked', async () => {
    await keep('{"n":1}')
    const armed = await arm({ seconds: 60 })
    expect(Date.parse(String(armed['capture']!['until'])) - Date.parse(String(armed['capture']!['since']))).toBe(60_000)
    await keep('{"n":2}', { status: 'rejected', reason: 'api_key_wrong' })
    await keep('{"n":3}', { origin: '{"kind":"edited","request":"req_1"}' })
    const next = await keep('{"n":4}')
    await keep('{"n":5}')
    // Others may change it meanwhile.
    await api.call(`PATCH ${path}`, { body: { name: 'Renamed' } })
    const taken = await looked()
    expect(taken).toMatchObject({
      name: 'Renamed',
      capture: { status: 'taken', requestId: next, detail: null },
      expected: { body: { n: 4 }, headers: [{ name: 'x-topic', required: false }] },
    })
    const audit = (await api.call('GET /audit?limit=10')).body['data'] as unknown as Json[]
    const [last, started] = [audit[0]!, audit.find(({ action }) => action === ('listener.capture_started' as unknown))!]
    expect(last).toMatchObject({ action: 'listener.updated', target: listener, actor: started['actor'] })
  })

  test('leaves the revision as it is until it came, and is waited for anew where that is asked', async () => {
    const { revision, updatedAt } = (await api.call(`GET ${path}`)).body
    expect(await arm()).toMatchObject({ revision, updatedAt })
    await keep('{"n":1}')
    // Asked again: what came before that is not the next one any more.
    await new Promise((resolve) => setTimeout(resolve, 2))
    await arm()
    const next = await keep('{"n":2}')
    expect(await looked()).toMatchObject({ capture: { requestId: next }, expected: { body: { n: 2 } } })
  })

  test('is none after it was cancelled, and cancelling once more changes nothing', async () => {
    await arm()
    await keep('{"n":1}')
    for (let i = 0; i < 2; i++) {
      const { status: told, body } = await api.call(`POST ${path}/capture/cancel`)
      expect([told, body['capture']]).toEqual([200, null])
    }
    expect(await looked()).toMatchObject({ capture: null, expected: { body: { old: true } } })
    await arm()
    await keep('{"n":2}')
    const taken = await looked()
    expect((await api.call(`POST ${path}/capture/cancel`)).body).toMatchObject({ capture: taken['capture'] })
  })

  test('is none where none came in time, and one that came in time is taken however late that is seen', async () => {
    await arm()
    expect(await looked(api, HOUR_MS)).toMatchObject({ capture: { status: 'expired', requestId: null }, expected: { body: { old: true } } })
    await arm()
    const next = await keep('{"n":1}')
    expect(await looked(api, HOUR_MS)).toMatchObject({ capture: { status: 'taken', requestId: next } })
  })

  test('that cannot be one ends the waiting with the reason', async () => {
    await arm()
    const large = await keep(JSON.stringify('x'.repeat(70_000)))
    expect(await looked()).toMatchObject({
      capture: { status: 'failed', requestId: large, detail: expect.stringContaining('up to 65536') },
      expected: { body: { old: true } },
    })
    await arm()
    const wide = await keep(JSON.stringify(Array.from({ length: 10_001 }, () => 1)))
    expect(await looked()).toMatchObject({
      capture: { status: 'failed', requestId: wide, detail: expect.stringContaining('at most 10000 values') },
    })
  })

  test('is no handshake, also of a token that is not kept', async () => {
    await make({ system: 'slack', auth: { kind: 'preset', secrets: ['a-signing-secret-of-slack'] } })
    await arm()
    await keep('{"type":"url_verification","challenge":"abc","token":"x"}')
    const next = await keep('{"type":"event_callback","event":{"type":"message"}}')
    expect(await looked()).toMatchObject({ capture: { requestId: next }, expected: { body: { type: 'event_callback' } } })

    await make({
      system: 'meta',
      auth: { kind: 'preset', secrets: ['an-app-secret'], verifyToken: 'a-token' },
      methods: ['GET', 'POST'],
    })
    await keep('{"object":"page"}')
    await keep('', { method: 'GET', query: 'hub.mode=subscribe&hub.verify_token=[redacted]&hub.challenge=123', headers: '[]' })
    expect((await api.call(`POST ${path}/capture`, { body: {} })).body).toMatchObject({ expected: { body: { object: 'page' } } })
  })

  test('is not asked for together with one that is there, nor a time without it', async () => {
    for (const [body, pointer] of [
      [{ next: true, request: 'req_1' }, '/request'],
      [{ seconds: 5 }, '/seconds'],
      [{ next: true, seconds: 0 }, '/seconds'],
    ] as const)
      expect(await api.call(`POST ${path}/capture`, { body })).toMatchObject({ status: 422, body: { errors: [{ pointer }] } })
    const outdated = { body: { next: true }, headers: { 'if-match': '"another"' } }
    expect((await api.call(`POST ${path}/capture`, outdated)).body).toMatchObject({ code: 'draft_changed' })
  })

  test.runIf(engine === 'PostgreSQL')('is taken once, by whichever process sees it first', async () => {
    const beside = await startTestApi({}, { databaseUrl: database.url!, beside: api })
    try {
      await arm()
      const next = await keep('{"n":1}')
      const seen = await Promise.all([looked(), looked(beside), looked(beside)])
      for (const one of seen) expect(one).toMatchObject({ capture: { status: 'taken', requestId: next }, expected: { body: { n: 1 } } })
      const audit = (await api.call('GET /audit?limit=50')).body['data'] as unknown as Json[]
      expect(audit.filter(({ action, target }) => String(action) === 'listener.updated' && String(target) === listener)).toHaveLength(1)
    } finally {
      await beside.stop()
    }
  })
})
