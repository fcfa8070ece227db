import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { acceptRequest } from '../../../../test/support/accept-request.ts'
import { freshDatabase } from '../../../../test/support/postgres.ts'
import { startTestApi, type Json, type TestApi } from '../../../../test/support/test-api.ts'
import { createVault, masterKeyFromText, systemClock, systemRandom } from '#platform'

/** Who is killed behind the commit of what they were asked for has told the audit log of it, and is not asked for it twice under one key. */
describe.each(['SQLite', 'PostgreSQL'])('on %s', (engine) => {
  let aheadMs = 0
  /** Whether calls end between their effect and their answer, which is sealed. */
  let endsUnanswered = false
  const vault = createVault([masterKeyFromText('test-test-test-test-test-test-test-test')], systemRandom())
  const seal: typeof vault.seal = (plain, belongsTo) => {
    if (endsUnanswered && belongsTo.startsWith('idempotency:')) throw new Error('ended here')
    return vault.seal(plain, belongsTo)
  }

  let api: TestApi
  beforeAll(async () => {
    const clock = { ...systemClock, now: () => systemClock.now() + aheadMs }
    const database = engine === 'PostgreSQL' ? { databaseUrl: (await freshDatabase()).url } : {}
    api = await startTestApi({}, { clock, vault: { ...vault, seal }, ...database })
    await api.call('POST /app', { body: { uid: 'shop', name: 'Shop' } })
    await api.call('POST /app/shop/endpoint', { body: { url: 'https://receiver.example/hook', uid: 'to' } })
    await api.call('POST /app/shop/listener', { body: { uid: 'in', name: 'In', suffix: '/in', auth: { kind: 'none' } } })
    await publish('job', { kind: 'job' }, [{ id: 'send', kind: 'send_webhook', url: 'https://receiver.example/hook' }])
    await publish('take', { kind: 'webhook', listener: 'in' }, [{ id: 'end', kind: 'stop' }])
  })
  afterAll(() => api.stop())

  const publish = async (uid: string, trigger: object, steps: object[]) => {
    await api.call('POST /app/shop/flow', { body: { uid, name: uid, trigger, steps } })
    expect((await api.call(`POST /app/shop/flow/${uid}/publish`)).status).toBe(200)
  }
  const idOf = async (path: string, body: object) => String((await api.call(`POST /app/shop/${path}`, { body })).body['id'])
  const rows = async (query: string) => (await api.call(query)).body['data'] as unknown as Json[]
  const aRun = () => idOf('run', { flow: 'job', document: {} })
  const aDelivery = async () => {
    const message = await idOf('msg', { eventType: 'a', payload: {} })
    return String((await rows(`GET /app/shop/delivery?message_id=${message}`))[0]!['id'])
  }
  const aRequest = async (fields: object = {}) => {
    const listener = (await api.call('GET /app/shop/listener/in')).body
    const body = Buffer.from('{}')
    const kept = { listener_id: String(listener['id']), path: `/in/shop/in`, body, body_bytes: body.length, ...fields }
    return acceptRequest(api, { app: 'shop', fields: { ...kept, headers: '[["content-type","application/json"]]' } })
  }

  const calls: readonly {
    action: string
    what: string
    make: () => Promise<string>
    path: (id: string) => string
    body?: (id: string) => object
  }[] = [
    { what: 'a delivery is cancelled', action: 'delivery.cancelled', make: aDelivery, path: (id) => `delivery/${id}/cancel` },
    {
      ...{ what: 'deliveries are cancelled', action: 'delivery.cancelled_many', make: aDelivery },
      ...{ path: () => 'delivery/cancel', body: (id) => ({ deliveryIds: [id] }) },
    },
    { what: 'a delivery is sent again', action: 'delivery.resent', make: aDelivery, path: (id) => `delivery/${id}/resend` },
    { what: 'a run is cancelled', action: 'run.cancelled', make: aRun, path: (id) => `run/${id}/cancel` },
    {
      ...{ what: 'runs are cancelled', action: 'run.cancelled_many', make: aRun },
      ...{ path: () => 'run/cancel', body: (id) => ({ runIds: [id] }) },
    },
    { what: 'a run is started again', action: 'run.started', make: aRun, path: (id) => `run/${id}/again` },
    { what: 'a request runs again', action: 'request.replayed', make: aRequest, path: (id) => `request/${id}/replay` },
    { what: 'an edited copy is sent', action: 'request.resent', make: aRequest, path: (id) => `request/${id}/resend`, body: () => ({}) },
    {
      ...{ what: 'a refused request is taken', action: 'request.accepted', path: (id) => `request/${id}/accept` },
      make: () => aRequest({ status: 'rejected', reason: 'flow_disabled' }),
    },
  ]

  test.each(calls)('when $what, the audit row stands in that commit', async ({ action, make, path, body }) => {
    const id = await make()
    const { store } = api.deps
    const { mutate } = store
    // From here on nothing more is written: as if the process were killed behind the first commit.
    Object.assign(store, { mutate: async () => Promise.reject(new Error('ended here')) })
    try {
      await api.call(`POST /app/shop/${path(id)}`, body && { body: body(id) })
    } finally {
      Object.assign(store, { mutate })
    }
    expect(await rows(`GET /audit?action=${action}`)).toHaveLength(1)
  })

  test('what is to run again of many is told before the first of them starts', async () => {
    await expect.poll(() => rows('GET /app/shop/run?flow=take&status=ok')).not.toEqual([])
    const { committer } = api.deps
    const { accept } = committer
    Object.assign(committer, { accept: async () => Promise.reject(new Error('ended here')) })
    await api.call('POST /app/shop/run/again', { body: { filter: { flow: 'take', status: 'ok' } } })
    Object.assign(committer, { accept })
    expect(await rows('GET /audit?action=run.started_again')).toMatchObject([{ after: { matched: expect.any(Number), done: true } }])
  })

  test.each([
    ...[{ what: 'cancelling', make: aDelivery, path: (id: string) => `delivery/${id}/cancel` }],
    ...[{ what: 'sending again', make: aDelivery, path: (id: string) => `delivery/${id}/resend` }],
    ...[{ what: 'cancelling a run', make: aRun, path: (id: string) => `run/${id}/cancel` }],
  ])('$what is not done twice under a key whose first answer was lost', async ({ what, make, path }) => {
    const id = await make()
    const call = () => api.call(`POST /app/shop/${path(id)}`, { headers: { 'idempotency-key': what } })
    endsUnanswered = true
    expect((await call()).status).toBe(500)
    endsUnanswered = false
    aheadMs += 61_000
    expect(await call()).toMatchObject({ status: 409, body: { code: 'idempotency_answer_lost' } })
  })

  test('many that are cancelled in pieces have one row, and a call that was killed between two pieces ends the rest', async () => {
    const runIds: string[] = []
    for (let i = 0; i < 101; i++) runIds.push(await aRun())
    const { store } = api.deps
    const { cancelRuns } = store
    const killed: typeof cancelRuns = async (ids, alongside) => {
      Object.assign(store, { cancelRuns: async () => Promise.reject(new Error('ended here')) })
      return cancelRuns(ids, alongside)
    }
    const before = (await rows('GET /audit?action=run.cancelled_many')).length
    const cancel = () => api.call('POST /app/shop/run/cancel', { body: { runIds }, headers: { 'idempotency-key': 'pieces' } })
    Object.assign(store, { cancelRuns: killed })
    expect((await cancel()).status).toBe(500)
    Object.assign(store, { cancelRuns })
    const [row] = await rows('GET /audit?action=run.cancelled_many')
    expect(new Set((row!['after'] as unknown as { runIds: string[] }).runIds)).toEqual(new Set(runIds))
    expect((await cancel()).body).toEqual({ cancelled: 1, skipped: 100 })
    expect(await rows('GET /audit?action=run.cancelled_many')).toHaveLength(before + 2)
  })
})
