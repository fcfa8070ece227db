import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { svixOperations } from '../support/svix-openapi.ts'
import { kinds, startTestSvix, type TestSvix } from '../support/test-svix.ts'

/** No client has a call for them. */
const ofNoClient = ['HEAD /api/v1/health', 'GET /api/v1/health/ping', 'HEAD /api/v1/health/ping']

describe.each(kinds)('$client on $engine', (kind) => {
  let harness: TestSvix
  beforeAll(async () => {
    harness = await startTestSvix(kind, { deliver: true })
  })
  afterAll(() => harness.stop())

  test('calls each of Svix’s operations, and each answers as Svix’s description says', async () => {
    const { svix } = harness
    await svix.health.get()

    await svix.application.create({ name: 'Shop', uid: 'shop' })
    await svix.application.list()
    await svix.application.get('shop')
    await svix.application.upsert('shop', { name: 'Shop' })
    await svix.application.patch('shop', { name: 'Shop' })

    await svix.eventType.create({ name: 'order.paid', description: 'Paid', schemas: { '1': { examples: [{ n: 1 }, { n: 2 }] } } })
    await svix.eventType.create({ name: 'order.gone', description: 'Gone' })
    await svix.eventType.list()
    await svix.eventType.get('order.paid')
    await svix.eventType.upsert('order.gone', { description: 'Gone' })
    await svix.eventType.patch('order.gone', { deprecated: true })
    await svix.eventType.delete('order.gone')

    // An address of this server that is not there: it answers, and not well.
    const url = `${harness.api.url}/nothing`
    const { id: endpoint } = await svix.endpoint.create('shop', { url, uid: 'erp', eventTypes: ['order.paid'] })
    await svix.endpoint.list('shop')
    await svix.endpoint.get('shop', 'erp')
    await svix.endpoint.upsert('shop', 'erp', { url, eventTypes: ['order.paid'] })
    await svix.endpoint.patch('shop', 'erp', { description: 'ERP' })
    await svix.endpoint.setHeaders('shop', 'erp', { headers: { 'X-Team': 'a', 'X-Old': 'b' } })
    await svix.endpoint.patchHeaders('shop', 'erp', { headers: { 'X-Team': 'b' }, deleteHeaders: ['x-old'] })
    expect(await svix.endpoint.getHeaders('shop', 'erp')).toEqual({ headers: { 'X-Team': 'b' }, sensitive: [] })
    const { key } = await svix.endpoint.getSecret('shop', 'erp')
    await svix.endpoint.rotateSecret('shop', 'erp', {})
    expect((await svix.endpoint.getSecret('shop', 'erp')).key).not.toBe(key)

    const { id: message } = await svix.message.create('shop', { eventType: 'order.paid', payload: { n: 1 } })
    await svix.message.list('shop')
    await svix.message.get('shop', message)
    const tried = async () => (await svix.messageAttempt.listByMsg('shop', message)).data[0]
    while (!(await tried())) await wait(20)
    const attempt = (await tried())!
    await svix.messageAttempt.listByEndpoint('shop', endpoint)
    await svix.messageAttempt.get('shop', message, attempt.id)
    await svix.messageAttempt.listAttemptedMessages('shop', endpoint)
    await svix.messageAttempt.listAttemptedDestinations('shop', message)
    await svix.messageAttempt.resend('shop', message, endpoint)
    await svix.messageAttempt.expungeContent('shop', message, attempt.id)
    await svix.endpoint.getStats('shop', 'erp')
    await svix.endpoint.recover('shop', 'erp', { since: new Date(Date.now() - 3_600_000) })
    const example = await svix.endpoint.sendExample('shop', 'erp', { eventType: 'order.paid', exampleIndex: 1 })
    expect(example.payload).toEqual({ n: 2 })
    await svix.message.expungeContent('shop', message)

    const visit = await svix.authentication.appPortalAccess('shop', { readOnly: true, expiry: 3600, featureFlags: ['beta'] })
    expect(new URL(visit.url).hash).toMatch(/^#php_/)
    const visitor = harness.as(visit.token)
    expect((await visitor.endpoint.list('shop')).data).toHaveLength(1)
    await visitor.authentication.logout()
    expect(harness.status).toBe(204)
    await expect(visitor.endpoint.list('shop')).rejects.toBeInstanceOf(harness.ApiException)

    await svix.endpoint.delete('shop', 'erp')
    await svix.application.delete('shop')

    const all = svixOperations.map(({ method, path }) => `${method} ${path}`).filter((one) => !ofNoClient.includes(one))
    expect([...harness.called].sort()).toEqual(all.sort())
  })

  test('calls what only its hosted service has, and what is here too', async () => {
    const { svix } = harness
    await svix.application.create({ name: 'Hosted', uid: 'hosted' })
    await svix.eventType.create({ name: 'order.late', description: 'Late' })
    expect(await svix.message.precheck('hosted', { eventType: 'order.late' })).toEqual({ active: false })
    await svix.message.create('hosted', { eventType: 'order.late', payload: { n: 1 } })
    const url = `${harness.api.url}/nothing`
    await svix.endpoint.create('hosted', { url, uid: 'erp', eventTypes: ['order.late'] })
    expect(await svix.message.precheck('hosted', { eventType: 'order.late', channels: ['eu'] })).toEqual({ active: true })
    const task = await svix.endpoint.replayMissing('hosted', 'erp', { since: new Date(Date.now() - 3_600_000) })
    expect(task).toMatchObject({
      id: expect.stringMatching(/^rpl_/),
      status: 'running',
      task: 'endpoint.replay',
      updatedAt: expect.any(Date),
    })

    const { token } = await svix.authentication.appPortalAccess('hosted', { sessionId: 'visit-7' })
    await svix.authentication.expireAll('hosted', { sessionIds: ['visit-8'] })
    expect((await harness.as(token).endpoint.list('hosted')).data).toHaveLength(1)
    await svix.authentication.expireAll('hosted', { sessionIds: ['visit-7'] })
    await expect(harness.as(token).endpoint.list('hosted')).rejects.toBeInstanceOf(harness.ApiException)
  })

  test('throws what is refused as its own ApiException, with the code, the body and the headers', async () => {
    const refused = async (call: Promise<unknown>) => {
      const error = await call.catch((thrown: unknown) => thrown)
      expect(error).toBeInstanceOf(harness.ApiException)
      return error as { code: number; body: { code?: string; detail: unknown }; headers: Record<string, string> }
    }
    const { svix } = harness
    const unknown = await refused(svix.application.get('nowhere'))
    expect(unknown).toMatchObject({ code: 404, body: { code: 'not_found', detail: expect.any(String) } })
    expect(unknown.headers['content-type']).toBe('application/json')
    expect(await refused(harness.as('wrong').application.list())).toMatchObject({ code: 401, body: { code: 'authentication_failed' } })
    expect(await refused(svix.authentication.logout())).toMatchObject({ code: 403, body: { code: 'insufficient_access' } })
    expect(await refused(svix.application.list({ limit: 251 }))).toMatchObject({
      code: 422,
      body: { detail: [{ loc: ['query', 'limit'] }] },
    })
    for (const uid of ['app_1', 'white space', 'x'.repeat(257)]) {
      const { code, body } = await refused(svix.application.create({ name: 'x', uid }))
      expect([code, body.detail]).toEqual([422, [{ loc: ['body', 'uid'], msg: expect.any(String), type: expect.any(String) }]])
    }
  })

  test('finds event types with several feature flags, for whom one of them was given', async () => {
    const { svix } = harness
    await svix.application.create({ name: 'Flags', uid: 'flags' })
    await svix.eventType.create({ name: 'flag.two', description: 'x', featureFlags: ['beta', 'beta-2'] })
    await svix.eventType.create({ name: 'flag.one', description: 'x', featureFlags: ['beta-2'] })
    expect(await svix.eventType.get('flag.two')).toMatchObject({ featureFlag: 'beta', featureFlags: ['beta', 'beta-2'] })
    const seen = async (featureFlags: string[]) => {
      const { token } = await svix.authentication.appPortalAccess('flags', { featureFlags })
      return (await harness.as(token).eventType.list()).data.map(({ name }) => name).filter((name) => name.startsWith('flag.'))
    }
    expect(await seen(['beta'])).toEqual(['flag.two'])
    expect(await seen(['beta-2'])).toEqual(['flag.one', 'flag.two'])
    expect(await seen([])).toEqual([])
    await svix.eventType.patch('flag.one', { featureFlags: [] })
    expect(await seen([])).toEqual(['flag.one'])
  })

  test('subscribes endpoints to the event types it names, whatever it calls them', async () => {
    const { svix } = harness
    await svix.application.create({ name: 'Names', uid: 'names' })
    await svix.eventType.create({ name: 'named.event', description: 'x' })
    const given = { url: 'https://example.com/', uid: 'one', eventTypes: ['named.event'], throttleRate: 7 }
    expect(await svix.endpoint.create('names', given)).toMatchObject(given)
    expect((await svix.endpoint.list('names')).data).toMatchObject([given])
    expect((await harness.api.call('GET /app/names/endpoint/one')).body).toMatchObject({ eventTypes: ['named.event'], throttleRate: 7 })
    await svix.endpoint.patch('names', 'one', { eventTypes: null, throttleRate: null })
    expect((await harness.api.call('GET /app/names/endpoint/one')).body).toMatchObject({ eventTypes: null, throttleRate: null })
  })
})

test('a field under its older name counts only if today’s name is not there', async () => {
  const harness = await startTestSvix(kinds[0]!)
  const { api } = harness
  await api.call('POST /app', { body: { name: 'x', uid: 'x', rateLimit: 3 } })
  expect((await api.call('GET /app/x')).body).toMatchObject({ throttleRate: 3, rateLimit: 3 })
  const put = async (fields: object) => (await api.call('PUT /app/x/endpoint/e', { body: { url: 'https://example.com/', ...fields } })).body
  expect(await put({ rateLimit: 5, throttleRate: 6 })).toMatchObject({ throttleRate: 6, rateLimit: 6 })
  expect(await put({ filterTypes: ['*'] })).toMatchObject({ eventTypes: ['*'], filterTypes: ['*'], throttleRate: null })
  expect((await put({ filterTypes: [] }))['errors']).toMatchObject([{ pointer: '/eventTypes' }])
  const secret = await api.call('PATCH /app/x/endpoint/e', { body: { secret: 'whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' } })
  expect(secret.body['errors']).toMatchObject([{ pointer: '/secret', message: expect.stringContaining('secret/rotate') }])
  await harness.stop()
})
