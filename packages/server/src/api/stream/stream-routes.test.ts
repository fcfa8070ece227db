import { setImmediate } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { createFakeClock } from '#platform/testing'
import { acceptRequest } from '../../../../../test/support/accept-request.ts'
import { openStream, type HeardEvent, type OpenStream } from '../../../../../test/support/open-stream.ts'
import { firstOwner, member } from '../../../../../test/support/members.ts'
import { freshDatabase } from '../../../../../test/support/postgres.ts'
import { startRecordingReceiver, type RecordingReceiver } from '../../../../../test/support/recording-receiver.ts'
import { startTestApi, type TestApi } from '../../../../../test/support/test-api.ts'

const keyOf = async (api: TestApi, body: object) => (await api.call('POST /key', { body: { name: 'x', ...body } })).body

/** What is heard up to the one that is waited for. */
const until = async (stream: OpenStream, wanted: (event: HeardEvent) => boolean): Promise<HeardEvent[]> => {
  for (const heard: HeardEvent[] = []; ;) {
    const event = await stream.next()
    if (event === undefined) throw new Error(`the stream ended behind ${JSON.stringify(heard)}`)
    heard.push(event)
    if (wanted(event)) return heard
  }
}

/** An application with a listener; requests arrive there. */
const scene = async (api: TestApi, app: string) => {
  await api.call('POST /app', { body: { uid: app, name: app } })
  const { body } = await api.call(`POST /app/${app}/listener`, { body: { name: 'Shop', suffix: `/${app}`, auth: { kind: 'none' } } })
  const open = async (options: Parameters<typeof openStream>[2] = {}) => {
    const stream = await openStream(api, app, options)
    onTestFinished(() => stream.cancel())
    return stream
  }
  const listener = String(body['id'])
  return { open, listener, arrive: async (at: TestApi = api) => acceptRequest(at, { app, fields: { listener_id: listener } }) }
}

describe.each(['SQLite', 'PostgreSQL'] as const)('on %s, the stream', (engine) => {
  let api: TestApi
  /** On PostgreSQL another process on the same store, which shares nothing else. */
  let other: TestApi
  let receiver: RecordingReceiver
  let drop: (() => Promise<void>) | undefined
  beforeAll(async () => {
    const database = engine === 'SQLite' ? undefined : await freshDatabase()
    drop = database?.drop
    api = await startTestApi({}, { deliver: true, ...(database && { databaseUrl: database.url }) })
    other = database ? await startTestApi({}, { databaseUrl: database.url, beside: api }) : api
    receiver = await startRecordingReceiver(({ path }) => (path === '/bad' ? 503 : 200))
  })
  afterAll(async () => {
    if (other !== api) await other.stop()
    await api.stop()
    await receiver[Symbol.asyncDispose]()
    await drop?.()
  })

  test('sends a request within 300 ms of its commit, as its list has it', async () => {
    const { open, arrive } = await scene(api, 'prompt')
    const stream = await open({ topics: 'request' })
    const id = await arrive()
    const committedAt = performance.now()
    const event = await stream.next()
    expect(performance.now() - committedAt).toBeLessThan(300)
    const listed = (await api.call('GET /app/prompt/request')).body['data'] as unknown as object[]
    expect(event!.data).toEqual({ topic: 'request', id, row: listed[0] })
  })

  test('sends a run, and what it answered its request', async () => {
    const { open, listener } = await scene(api, 'runs')
    const flow = await api.call('POST /app/runs/flow', { body: { name: 'Flow', trigger: { kind: 'webhook', listener }, steps: [] } })
    const stream = await open({ topics: 'run,request' })
    const run = { flow_id: String(flow.body['id']), reply: 418 }
    const id = await acceptRequest(api, { app: 'runs', fields: { listener_id: listener }, run })
    const [request, ran] = [await stream.next(), await stream.next()]
    expect(request!.data).toMatchObject({ topic: 'request', id, row: { replyStatus: 418 } })
    expect(ran!.data).toMatchObject({ topic: 'run', row: { flowName: 'Flow', requestId: id, status: 'ok' } })
  })

  test('sends what another process did', async () => {
    const { open, arrive } = await scene(api, 'nodes')
    const stream = await open()
    const id = await arrive(other)
    expect((await stream.next())!.data).toMatchObject({ topic: 'request', id })
  })

  test('sends a delivery as it is made, tried and tried again, and its endpoint as it changes', async () => {
    const { open } = await scene(api, 'out')
    const [deliveries, endpoints] = [await open({ topics: 'delivery' }), await open({ topics: 'endpoint' })]
    const policy = { waitsSeconds: [1] }
    const made = await api.call('POST /app/out/endpoint', { body: { url: `${receiver.url}/bad`, retryPolicy: policy } })
    expect(made.status, made.text).toBe(201)
    expect((await endpoints.next())!.data).toMatchObject({ topic: 'endpoint', id: made.body['id'], row: { state: 'active' } })
    await api.call('POST /app/out/msg', { body: { eventType: 'a.b', payload: {} } })
    const heard = await until(deliveries, ({ data }) => data.row!['status'] === 'failed')
    expect(new Set(heard.map(({ data }) => data.id)).size).toBe(1)
    expect(heard.at(-1)!.data.row).toMatchObject({ attempts: 2, lastStatusCode: 503 })
    await api.call(`DELETE /app/out/endpoint/${String(made.body['id'])}`)
    expect((await endpoints.next())!.data).toEqual({ topic: 'endpoint', id: made.body['id'], row: null })
  })

  test('goes on behind Last-Event-ID, with nothing missing and nothing twice', async () => {
    const { open, arrive } = await scene(api, 'resume')
    const first = await open({ topics: 'request' })
    const ids = [await arrive()]
    const { id: place } = (await first.next())!
    await first.cancel()
    for (let i = 0; i < 3; i++) ids.push(await arrive())
    const second = await open({ topics: 'request', lastEventId: place })
    ids.push(await arrive())
    const heard = await until(second, ({ data }) => data.id === ids.at(-1))
    expect(heard.map(({ data }) => data.id)).toEqual(ids.slice(1))
  })

  test('says that something may be missing, where it cannot know: behind a place of another process', async () => {
    const { open, arrive } = await scene(api, 'gap')
    for (const lastEventId of ['other-process.7', 'nonsense', '']) {
      const stream = await open({ topics: 'request,run', lastEventId })
      expect((await stream.next())!.data).toEqual({ topic: 'gap', of: ['request', 'run'] })
      const id = await arrive()
      expect((await stream.next())!.data).toMatchObject({ topic: 'request', id })
    }
  })

  test('says in one event that more came than it sends', async () => {
    const { open, arrive } = await scene(api, 'flood')
    const stream = await open({ topics: 'request' })
    await Promise.all(Array.from({ length: 1200 }, async () => arrive(other)))
    const heard = await until(stream, ({ data }) => data.topic === 'gap')
    expect(heard.at(-1)!.data.of).toEqual(['request'])
  })

  test('sends nothing of another application, and is not there for its keys', async () => {
    const [mine, theirs] = [await scene(api, 'mine'), await scene(api, 'theirs')]
    const { key } = await keyOf(api, { application: 'mine', access: 'read' })
    expect((await api.call('GET /app/theirs/stream', { key: String(key) })).status).toBe(404)
    const stream = await mine.open({ key: String(key) })
    await theirs.arrive()
    const id = await mine.arrive()
    expect((await stream.next())!.data).toMatchObject({ topic: 'request', id })
  })

  test('ends with the application', async () => {
    const { open } = await scene(api, 'gone')
    const stream = await open()
    await api.call('DELETE /app/gone')
    expect(await stream.next()).toBeUndefined()
  })
})

describe('a stream', () => {
  let api: TestApi
  const clock = createFakeClock()
  beforeAll(async () => {
    api = await startTestApi({}, { clock })
  })
  afterAll(() => api.stop())

  /** Lets time pass until the stream ends. */
  const passUntilEnd = async (stream: OpenStream, stepMs: number) => {
    let ended = false
    const end = stream.next().then((event) => {
      ended = true
      return event
    })
    while (!ended) {
      await clock.run(stepMs)
      // The store and the network take time of their own.
      await setImmediate()
    }
    return end
  }

  test('ends when its key is revoked, and when it expires', async () => {
    await scene(api, 'keys')
    const revoked = await keyOf(api, { application: 'keys' })
    const one = await openStream(api, 'keys', { key: String(revoked['key']) })
    await api.call(`DELETE /key/${String(revoked['id'])}`)
    expect(await passUntilEnd(one, 1000)).toBeUndefined()
    const expiresAt = new Date(clock.now() + 60_000).toISOString()
    const expiring = await keyOf(api, { application: 'keys', expiresAt })
    const other = await openStream(api, 'keys', { key: String(expiring['key']) })
    expect(await passUntilEnd(other, 10_000)).toBeUndefined()
    expect(clock.now()).toBeGreaterThanOrEqual(Date.parse(expiresAt))
  })

  test('ends when the person who listens is disabled, removed, or let out of the application, also after their role was lowered', async () => {
    await scene(api, 'people')
    await api.call('POST /app', { body: { uid: 'elsewhere', name: 'Elsewhere' } })
    await firstOwner(api)
    const listening = async (email: string) => {
      const person = await member(api, { email, role: 'operator', applications: ['people'] })
      const headers = { cookie: person.cookie, 'sec-fetch-site': 'same-origin' }
      return { id: person.id, stream: await openStream(api, 'people', { headers }) }
    }
    const ends: [string, (id: string) => Promise<{ status: number }>][] = [
      ['disabled@example.com', (id) => api.call(`PATCH /member/${id}`, { body: { disabled: true } })],
      ['removed@example.com', (id) => api.call(`DELETE /member/${id}`)],
      ['moved@example.com', (id) => api.call(`PATCH /member/${id}`, { body: { applications: ['elsewhere'] } })],
    ]
    for (const [email, end] of ends) {
      const { id, stream } = await listening(email)
      expect(stream.status, email).toBe(200)
      expect((await end(id)).status, email).toBeLessThan(300)
      expect(await passUntilEnd(stream, 1000), email).toBeUndefined()
    }
    // To look on needs no more than a viewer has.
    const { id, stream } = await listening('lowered@example.com')
    expect((await api.call(`PATCH /member/${id}`, { body: { role: 'viewer' } })).status).toBe(200)
    expect((await api.call(`PATCH /member/${id}`, { body: { disabled: true } })).status).toBe(200)
    expect(await passUntilEnd(stream, 1000)).toBeUndefined()
  })

  test('is one of twenty of its key at most, and makes room when it ends', async () => {
    await scene(api, 'many')
    const { key } = await keyOf(api, { application: 'many' })
    const streams = await Promise.all(Array.from({ length: 20 }, async () => openStream(api, 'many', { key: String(key) })))
    const refused = await api.call('GET /app/many/stream', { key: String(key) })
    expect([refused.status, refused.body['code'], refused.headers.get('retry-after')]).toEqual([429, 'rate_limited', '10'])
    await streams[0]!.cancel()
    await expect.poll(async () => (await api.call('GET /app/many/stream', { key: String(key) })).status).toBe(200)
    await Promise.all(streams.map(async (stream) => stream.cancel()))
  })

  test('refuses topics that there are not, by name', async () => {
    await scene(api, 'topics')
    const { status, body } = await api.call('GET /app/topics/stream?topics=request,nothing')
    expect(status).toBe(422)
    expect(body['errors']).toMatchObject([{ pointer: '?topics' }])
  })
})
