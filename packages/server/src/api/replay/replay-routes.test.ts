import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freshDatabase } from '../../../../../test/support/postgres.ts'
import { startRecordingReceiver, type RecordingReceiver } from '../../../../../test/support/recording-receiver.ts'
import { startTestApi, type Json, type TestApi } from '../../../../../test/support/test-api.ts'

const engines = [
  ['SQLite', async () => ({ url: undefined, drop: async () => {} })],
  ['PostgreSQL', freshDatabase],
] as const

describe.each(engines)('a replay on %s', (_, makeDatabase) => {
  let api: TestApi
  let receiver: RecordingReceiver
  let database: Awaited<ReturnType<typeof makeDatabase>>
  let status = 503

  beforeAll(async () => {
    database = await makeDatabase()
    api = await startTestApi({}, { deliver: true, ...(database.url !== undefined && { databaseUrl: database.url }) })
    receiver = await startRecordingReceiver(() => status)
    await api.call('POST /app', { body: { uid: 'shop', name: 'Shop' } })
    await api.call('POST /app', { body: { uid: 'other', name: 'Other' } })
  })
  afterAll(async () => {
    await api.stop()
    await receiver[Symbol.asyncDispose]()
    await database.drop()
  })

  const endpoint = async (uid: string, more: object = {}) =>
    api.call('POST /app/shop/endpoint', {
      body: { url: `${receiver.url}/${uid}`, uid, eventTypes: [`${uid}.*`], retryPolicy: { waitsSeconds: [] }, ...more },
    })
  const send = async (eventType: string, payload: object = {}) =>
    String((await api.call('POST /app/shop/msg', { body: { eventType, payload } })).body['id'])
  const replay = (body: object) => api.call('POST /app/shop/replay', { body })
  const preview = async (body: object) => (await replay({ ...body, dryRun: true })).body
  const at = (path: string) => receiver.received.filter((one) => one.path === `/${path}`).length
  const until = async <T>(read: () => Promise<T>, fits: (value: T) => boolean): Promise<T> => {
    for (;;) {
      const value = await read()
      if (fits(value)) return value
      await wait(20)
    }
  }
  const ended = (id: unknown) =>
    until(
      async () => (await api.call(`GET /app/shop/replay/${String(id)}`)).body,
      (body) => String(body['status']) !== 'running',
    )
  const failedAll = (uid: string, count: number) =>
    until(
      async () => (await api.call(`GET /app/shop/delivery?endpoint_id=${uid}&status=failed&limit=250`)).body['data'] as unknown as Json[],
      (rows) => rows.length === count,
    )
  const audit = async (action: string) =>
    ((await api.call('GET /audit?limit=250')).body['data'] as unknown as Json[]).filter((one) => String(one['action']) === action)

  test('is counted and shown before it is begun, and then sends each once, oldest first', async () => {
    await endpoint('down')
    status = 503
    const messages = [await send('down.a'), await send('down.b'), await send('down.a')]
    await failedAll('down', 3)
    const seen = await preview({ filter: { endpointId: 'down' } })
    expect(seen).toMatchObject({ matched: 3, exact: true, sample: messages.map((messageId) => ({ messageId })) })
    expect(at('down')).toBe(3)
    expect(await preview({ filter: { endpointId: 'down', eventTypes: ['down.a'] } })).toMatchObject({ matched: 2 })
    expect(await preview({ filter: { endpointId: 'down', status: ['delivered'] } })).toMatchObject({ matched: 0, sample: [] })
    expect(await preview({ filter: { endpointId: 'down', minDurationMs: 3_600_000 } })).toMatchObject({ matched: 0 })
    status = 200
    const begun = await replay({ filter: { endpointId: 'down', eventTypes: ['down.*'] } })
    expect(begun).toMatchObject({
      status: 202,
      body: { id: expect.stringMatching(/^rpl_/), kind: 'deliveries', status: 'running', ratePerSecond: 50, queued: 0, finishedAt: null },
    })
    const { id } = begun.body as unknown as { id: string }
    expect(await ended(id)).toMatchObject({
      status: 'done',
      matched: 3,
      queued: 3,
      skipped: 0,
      failure: null,
      filter: { status: ['failed'], minDurationMs: null },
    })
    await until(
      async () => at('down'),
      (count) => count === 6,
    )
    const again = receiver.received.filter((one) => one.path === '/down').slice(3)
    expect(again.map(({ headers }) => headers['webhook-id'])).toEqual(messages)
    expect(await preview({ filter: { endpointId: 'down' } })).toMatchObject({ matched: 0 })
    expect((await audit('replay.created')).map((one) => one['target'])).toContain(id)
    const list = (await api.call('GET /app/shop/replay')).body['data'] as unknown as Json[]
    expect(list[0]).toMatchObject({ id })
  })

  test('tries now what waits for a later try: each once, and none that goes by itself or is in its turn of an order', async () => {
    const retryPolicy = { waitsSeconds: [36_000] }
    await endpoint('back', { retryPolicy })
    await endpoint('ordered', { eventTypes: ['back.*'], retryPolicy, ordered: true })
    status = 503
    const messages = [await send('back.a'), await send('back.b')]
    const waiting = (count: number, attempts: number) =>
      until(
        async () => (await api.call('GET /app/shop/delivery?endpoint_id=back&status=waiting')).body['data'] as unknown as Json[],
        (rows) => rows.length === count && rows.every((one) => Number(one['attempts']) === attempts),
      )
    const before = await waiting(2, 1)
    await until(
      async () => at('ordered'),
      (count) => count === 1,
    )
    const filter = { status: ['waiting'], eventTypes: ['back.*'] }
    expect(await preview({ filter })).toMatchObject({ matched: 2, sample: messages.map((messageId) => ({ messageId })) })
    // A try that fails leaves the next one where it was.
    const failing = (await replay({ filter })).body as unknown as { id: string }
    expect(await ended(failing.id)).toMatchObject({ status: 'done', matched: 2, queued: 2, filter: { status: ['waiting'] } })
    const times = (rows: readonly Json[]) => rows.map((one) => one['nextAttempt'])
    expect(times(await waiting(2, 2))).toEqual(times(before))
    status = 200
    const { id } = (await replay({ filter: { ...filter, endpointId: 'back' } })).body as unknown as { id: string }
    expect(await ended(id)).toMatchObject({ status: 'done', matched: 2, queued: 2, skipped: 0 })
    await waiting(0, 0)
    expect(at('back')).toBe(6)
    expect(at('ordered')).toBe(1)
    expect(await preview({ filter: { ...filter, endpointId: 'back' } })).toMatchObject({ matched: 0 })
  })

  test('sends again those that are named, whatever became of them, and none besides', async () => {
    await endpoint('chosen')
    status = 503
    const messages = [await send('chosen.a'), await send('chosen.b')]
    const failed = await failedAll('chosen', 2)
    status = 200
    messages.push(await send('chosen.c'))
    const delivered = await until(
      async () => (await api.call('GET /app/shop/delivery?endpoint_id=chosen&status=delivered')).body['data'] as unknown as Json[],
      (rows) => rows.length === 1,
    )
    const first = failed.find((one) => one['messageId'] === (messages[0] as unknown))
    const deliveryIds = [...delivered, first].map((one) => String(one!['id']))
    const seen = await preview({ filter: { deliveryIds } })
    expect(seen).toMatchObject({ matched: 2, sample: [{ messageId: messages[0] }, { messageId: messages[2] }] })
    expect(await preview({ filter: { deliveryIds, status: ['failed'] } })).toMatchObject({ matched: 1 })
    const { id } = (await replay({ filter: { deliveryIds } })).body as unknown as { id: string }
    expect(await ended(id)).toMatchObject({ matched: 2, queued: 2, filter: { deliveryIds, status: expect.arrayContaining(['delivered']) } })
    await until(
      async () => at('chosen'),
      (count) => count === 5,
    )
    // Those of another application are nobody's here.
    expect((await api.call('POST /app/other/replay', { body: { filter: { deliveryIds }, dryRun: true } })).body).toMatchObject({
      matched: 0,
    })
    const many = Array.from({ length: 1001 }, (_, n) => `dlv_${n}`)
    for (const refused of [[], many, ['']]) expect((await replay({ filter: { deliveryIds: refused } })).status).toBe(422)
    expect(await replay({ kind: 'missing', filter: { endpointId: 'chosen', deliveryIds } })).toMatchObject({ status: 422 })
  })

  test('sends again what went out of the messages that are named, and what of them an endpoint missed', async () => {
    await endpoint('named')
    status = 503
    const messages = [await send('named.a'), await send('named.b'), await send('named.c')]
    await failedAll('named', 3)
    const messageIds = [messages[2]!, messages[0]!, 'msg_none']
    const seen = await preview({ filter: { messageIds } })
    expect(seen).toMatchObject({ matched: 2, sample: [{ messageId: messages[0] }, { messageId: messages[2] }] })
    expect(await preview({ filter: { messageIds, messageId: messages[1] } })).toMatchObject({ matched: 0 })
    status = 200
    const { id } = (await replay({ filter: { messageIds } })).body as unknown as { id: string }
    expect(await ended(id)).toMatchObject({ matched: 2, queued: 2, filter: { messageIds, status: ['failed'] } })
    await endpoint('later', { eventTypes: ['named.*'] })
    const missed = { kind: 'missing', filter: { endpointId: 'later', messageIds } }
    expect(await preview(missed)).toMatchObject({ matched: 2, sample: [{ messageId: messages[0] }, { messageId: messages[2] }] })
    const second = (await replay(missed)).body as unknown as { id: string }
    expect(await ended(second.id)).toMatchObject({ status: 'done', queued: 2 })
    await until(
      async () => at('later'),
      (count) => count === 2,
    )
    expect(await preview(missed)).toMatchObject({ matched: 0 })
    expect((await api.call('POST /app/other/replay', { body: { filter: { messageIds }, dryRun: true } })).body).toMatchObject({
      matched: 0,
    })
  })

  test('keeps to its rate, takes nothing that was made after it, and ends when it is cancelled', async () => {
    await endpoint('slow')
    status = 503
    for (let i = 0; i < 4; i++) await send('slow.a')
    await failedAll('slow', 4)
    const { id } = (await replay({ filter: { endpointId: 'slow' }, ratePerSecond: 1 })).body as unknown as { id: string }
    const begun = await until(
      async () => (await api.call(`GET /app/shop/replay/${id}`)).body,
      (body) => Number(body['queued']) > 0,
    )
    expect(begun).toMatchObject({ status: 'running', matched: 1, queued: 1 })
    const cancelled = await api.call(`POST /app/shop/replay/${id}/cancel`)
    expect(cancelled).toMatchObject({ status: 200, body: { status: 'cancelled', finishedAt: expect.any(String) } })
    expect(Number(cancelled.body['queued'])).toBeLessThan(4)
    expect(await api.call(`POST /app/shop/replay/${id}/cancel`)).toMatchObject({
      status: 409,
      body: { detail: 'The replay is cancelled already.' },
    })
    expect((await audit('replay.cancelled')).map((one) => one['target'])).toContain(id)
  })

  test('skips what cannot be sent, and says so', async () => {
    await endpoint('gone')
    status = 503
    const [expunged] = [await send('gone.a'), await send('gone.a')]
    await failedAll('gone', 2)
    await api.call(`DELETE /app/shop/msg/${expunged}/content`)
    expect(await preview({ filter: { endpointId: 'gone' } })).toMatchObject({ matched: 1 })
    const { id } = (await replay({ filter: { endpointId: 'gone' } })).body as unknown as { id: string }
    expect(await ended(id)).toMatchObject({ status: 'done', matched: 2, queued: 1, skipped: 1 })
  })

  test('of an endpoint that is deleted on the way fails, and says why', async () => {
    await endpoint('deleted')
    status = 503
    await send('deleted.a')
    await send('deleted.a')
    await failedAll('deleted', 2)
    const { id } = (await replay({ filter: { endpointId: 'deleted' }, ratePerSecond: 1 })).body as unknown as { id: string }
    await api.call('DELETE /app/shop/endpoint/deleted')
    expect(await ended(id)).toMatchObject({ status: 'failed', failure: 'endpoint_deleted' })
  })

  test('brings an endpoint what it missed: made later, disabled meanwhile, and only what it subscribed to', async () => {
    await endpoint('watcher', { eventTypes: ['missed.*', 'never.*'] })
    status = 200
    const early = [await send('missed.a', { n: 1 }), await send('missed.b', { n: 2 })]
    await send('unwanted.a')
    await endpoint('late', { eventTypes: ['missed.*', 'unwanted.b.*'] })
    const got = await send('missed.a', { n: 3 })
    await api.call('PATCH /app/shop/endpoint/late', { body: { disabled: true } })
    const skipped = await send('missed.a', { n: 4 })
    const refused = await replay({ kind: 'missing', filter: { endpointId: 'late' } })
    expect(refused).toMatchObject({ status: 409, body: { code: 'endpoint_disabled' } })
    await api.call('PATCH /app/shop/endpoint/late', { body: { disabled: false } })
    await until(
      async () => at('late'),
      (count) => count === 1,
    )
    const wanted = [...early, skipped]
    const seen = await preview({ kind: 'missing', filter: { endpointId: 'late' } })
    expect(seen).toMatchObject({ matched: 3, exact: true, sample: wanted.map((messageId) => ({ messageId, deliveryId: null })) })
    expect(await preview({ kind: 'missing', filter: { endpointId: 'late', eventTypes: ['missed.b'] } })).toMatchObject({ matched: 1 })
    const { id } = (await replay({ kind: 'missing', filter: { endpointId: 'late' } })).body as unknown as { id: string }
    expect(await ended(id)).toMatchObject({ status: 'done', matched: 3, queued: 3, skipped: 0 })
    await until(
      async () => at('late'),
      (count) => count === 4,
    )
    const names = receiver.received.filter((one) => one.path === '/late').map(({ headers }) => String(headers['webhook-id']))
    expect(names.toSorted()).toEqual([got, ...wanted].toSorted())
    await endpoint('filtered', { eventTypes: ['missed.*'], filter: { n: { $gte: 3 } } })
    expect(await preview({ kind: 'missing', filter: { endpointId: 'filtered' } })).toMatchObject({
      matched: 2,
      sample: [{ messageId: got }, { messageId: skipped }],
    })
    const second = (await replay({ kind: 'missing', filter: { endpointId: 'late' } })).body as unknown as { id: string }
    expect(await ended(second.id)).toMatchObject({ status: 'done', matched: 0 })
    expect(at('late')).toBe(4)
  })

  test.each([
    [{ filter: { endpoint_id: 'down' } }, '/filter/endpoint_id', 'no field'],
    [{ filter: { endpointId: 'none' } }, '/filter/endpointId', 'no endpoint "none"'],
    [{ filter: { status: ['held'] } }, '/filter/status/0', 'sent by itself'],
    [{ filter: { status: ['waiting'], endpointId: 'ordered' } }, '/filter/status', 'nothing overtakes it'],
    [{ filter: { status: [] } }, '/filter/status', 'at least one'],
    [{ filter: { after: '2026-02-01T00:00:00Z', before: '2026-01-01T00:00:00Z' } }, '/filter/after', 'not before'],
    [{ filter: { after: 'yesterday' } }, '/filter/after', 'ISO 8601'],
    [{ ratePerSecond: 0 }, '/ratePerSecond', '1 to 1000'],
    [{ kind: 'missing' }, '/filter/endpointId', 'which endpoint'],
    [{ kind: 'missing', filter: { endpointId: 'down', failure: 'timeout' } }, '/filter/failure', 'leave the field out'],
    [{ kind: 'all' }, '/kind', '"missing"'],
  ])('%j is refused at %s', async (body, pointer, words) => {
    const refused = await replay(body)
    expect(refused.status).toBe(422)
    expect(refused.body['errors']).toMatchObject([{ pointer, message: expect.stringContaining(words) }])
  })

  test.each([
    [{ endpointId: 'any', since: '2030-01-01T00:00:00Z' }, ['/endpointId', '/since'], 'Did you mean filter.endpointId?'],
    [{ dryrun: true }, ['/dryrun'], 'Did you mean dryRun?'],
    [{ filter: { endpoint: 'any' } }, ['/filter/endpoint'], 'Did you mean filter.endpointId?'],
  ])('%j, which would send more than was meant, begins nothing and says what was meant', async (body, pointers, words) => {
    const refused = await replay(body)
    expect(refused.status).toBe(422)
    expect((refused.body['errors'] as unknown as { pointer: string }[]).map(({ pointer }) => pointer)).toEqual(pointers)
    expect(refused.body['errors']).toMatchObject([
      { code: 'unknown_field', message: expect.stringContaining(words) },
      ...pointers.slice(1).map(() => ({})),
    ])
  })

  test.each([
    ['POST /app/shop/replay?dryRun=true', {}, '?dryRun'],
    ['POST /app/shop/replay/rpl_1/cancel', { dryRun: true }, '/dryRun'],
    ['GET /app/shop/delivery?endpointId=any', undefined, '?endpointId'],
  ])('%s takes nothing that it does not know', async (call, body, pointer) => {
    const refused = await api.call(call, body === undefined ? {} : { body })
    expect(refused.status).toBe(422)
    expect(refused.body['errors']).toMatchObject([{ pointer, code: 'unknown_field' }])
  })

  test('is bounded in number, and unknown to other applications', async () => {
    await endpoint('many')
    status = 200
    // At one a second none of them ends before there are as many as may run, however slow the machine is.
    for (let n = 0; n < 40; n++) await send('many.a')
    await until(
      async () => at('many'),
      (count) => count === 40,
    )
    const ids: string[] = []
    for (;;) {
      const begun = await replay({ filter: { endpointId: 'many', status: ['delivered'] }, ratePerSecond: 1 })
      if (begun.status !== 202) {
        expect(begun).toMatchObject({
          status: expect.any(Number),
          body: { code: 'limit_reached', detail: expect.stringContaining('cancel one') },
        })
        break
      }
      ids.push(String(begun.body['id']))
      expect(ids.length).toBeLessThan(50)
    }
    const id = ids.at(-1)!
    for (const call of [`GET /app/other/replay/${id}`, `POST /app/other/replay/${id}/cancel`, `GET /app/shop/replay/rpl_${'0'.repeat(22)}`])
      expect(await api.call(call)).toMatchObject({ status: 404, body: { code: 'not_found' } })
    expect((await api.call('GET /app/other/replay')).body['data']).toEqual([])
    for (const one of ids) await api.call(`POST /app/shop/replay/${one}/cancel`)
  })

  test('is for the people of a customer what sends to their endpoints alone, whoever began it: they see it and may end it', async () => {
    await endpoint('seen')
    const key = String((await api.call('POST /auth/app-portal-access/shop', { body: {} })).body['token'])
    const inPortal = (call: string, body?: object) => api.call(call, { key, ...(body && { body }) })
    const begin = async (body: object, by = api.call) => String((await by('POST /app/shop/replay', { body })).body['id'])
    const earlier = { before: '2020-01-01T00:00:00Z' }
    // What is matched later is in none of them, and one in two seconds keeps them running.
    const slow = { ratePerSecond: 1 }
    const ofAll = await begin({ filter: earlier, ...slow })
    const ofText = await begin({ filter: { ...earlier, text: '"toEndpoints":true,"endpointId":"ep_1"' }, ...slow })
    const toOne = await begin({ filter: { ...earlier, endpointId: 'seen' }, ...slow })
    const missing = await begin({ kind: 'missing', filter: { endpointId: 'seen', ...earlier }, ...slow })
    const own = await begin({ filter: earlier, ...slow }, (call, options) => api.call(call, { ...options, key }))
    const shown = (await inPortal('GET /app/shop/replay?limit=250')).body['data'] as unknown as { id: string }[]
    const ids = shown.map(({ id }) => id)
    expect(ids).toEqual(expect.arrayContaining([own, missing, toOne]))
    for (const id of [ofAll, ofText]) {
      expect(ids).not.toContain(id)
      for (const call of [`GET /app/shop/replay/${id}`, `POST /app/shop/replay/${id}/cancel`])
        expect(await inPortal(call), call).toMatchObject({ status: 404, body: { code: 'not_found' } })
      expect((await api.call(`GET /app/shop/replay/${id}`)).status).toBe(200)
    }
    for (const id of [own, missing, toOne]) {
      expect((await inPortal(`GET /app/shop/replay/${id}`)).status).toBe(200)
      // It may have ended by itself, as nothing matches.
      expect([200, 409]).toContain((await inPortal(`POST /app/shop/replay/${id}/cancel`)).status)
    }
  })

  test('is what Svix’s recover begins', async () => {
    await endpoint('recovered')
    status = 503
    await send('recovered.a')
    await failedAll('recovered', 1)
    status = 200
    const since = new Date(Date.now() - 3_600_000).toISOString()
    const { status: answered, body } = await api.call('POST /app/shop/endpoint/recovered/recover', { body: { since } })
    expect([answered, body]).toMatchObject([202, { status: 'running', task: 'endpoint.recover', id: expect.stringMatching(/^rpl_/) }])
    expect(await ended(body['id'])).toMatchObject({ status: 'done', queued: 1 })
    expect((await audit('endpoint.recovered')).map((one) => one['after']!['id'])).toContain(body['id'])
  })

  test('or its replay-missing: what came while the endpoint was disabled, and by no other event type', async () => {
    await endpoint('missing-it')
    await api.call('PATCH /app/shop/endpoint/missing-it', { body: { state: 'disabled' } })
    await send('missing-it.a')
    await send('another.a')
    const since = new Date(Date.now() - 3_600_000).toISOString()
    const call = () => api.call('POST /app/shop/endpoint/missing-it/replay-missing', { body: { since } })
    expect(await call()).toMatchObject({ status: 409, body: { code: 'endpoint_disabled' } })
    await api.call('PATCH /app/shop/endpoint/missing-it', { body: { state: 'active' } })
    const { status: answered, body } = await call()
    expect([answered, body]).toMatchObject([202, { status: 'running', task: 'endpoint.replay', id: expect.stringMatching(/^rpl_/) }])
    expect(await ended(body['id'])).toMatchObject({ kind: 'missing', status: 'done', matched: 1, queued: 1 })
  })
})
