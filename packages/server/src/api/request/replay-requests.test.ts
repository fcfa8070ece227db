import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { noFailpoint, systemClock } from '#platform'
import { findRequestsToRun, RequestReplays } from '#flows'
import { splitting } from '#ingest'
import { silentLog } from '#platform/testing'
import { tablesOf } from '#store/testing'
import { acceptRequest } from '../../../../../test/support/accept-request.ts'
import { freshDatabase } from '../../../../../test/support/postgres.ts'
import { startTestApi, type Json, type TestApi } from '../../../../../test/support/test-api.ts'

const engines = [
  ['SQLite', async () => ({ url: undefined, drop: async () => {} })],
  ['PostgreSQL', freshDatabase],
] as const

interface Counted {
  readonly sample: readonly { readonly id: string }[]
  readonly flows: readonly unknown[]
}

describe.each(engines)('requests that run again together on %s', (_, makeDatabase) => {
  let api: TestApi
  let database: Awaited<ReturnType<typeof makeDatabase>>
  const listeners: Record<string, string> = {}
  const made: string[] = []

  const flow = async (uid: string, listener: string) => {
    const body = { uid, name: uid, trigger: { kind: 'webhook', listener }, steps: [{ id: 'end', kind: 'stop' }] }
    expect((await api.call('POST /app/shop/flow', { body })).status).toBe(201)
    expect((await api.call(`POST /app/shop/flow/${uid}/publish`)).status).toBeLessThan(300)
  }

  beforeAll(async () => {
    database = await makeDatabase()
    api = await startTestApi({}, { ...(database.url !== undefined && { databaseUrl: database.url }) })
    await api.call('POST /app', { body: { uid: 'shop', name: 'Shop' } })
    for (const uid of ['orders', 'quiet']) {
      const body = { uid, name: uid, suffix: `/${uid}`, auth: { kind: 'none' } }
      listeners[uid] = String((await api.call('POST /app/shop/listener', { body })).body['id'])
    }
    await flow('first', 'orders')
    await flow('second', 'orders')
    const kept = async (fields: object, reply?: number) =>
      made.push(
        await acceptRequest(api, {
          app: 'shop',
          fields: { listener_id: listeners['orders']!, body: Buffer.from('{"n":1}'), body_bytes: 7, ...fields },
          ...(reply !== undefined && { run: { reply } }),
        }),
      )
    await kept({ event_type: 'order.made' })
    await kept({ event_type: 'order.made', body: Buffer.from('{"n":2}') })
    await kept({ status: 'rejected', reason: 'signature_mismatch', event_type: 'order.made' })
    await kept({ event_type: 'order.gone' }, 500)
  })
  afterAll(async () => {
    await api.stop()
    await database.drop()
  })

  const replay = (body: object) => api.call('POST /app/shop/request/replay', { body })
  const of = (filter: object, more: object = {}) => replay({ filter: { listenerId: 'orders', ...filter }, ...more })
  const sampled = async (filter: object) =>
    ((await of(filter, { dryRun: true })).body['sample'] as unknown as Json[]).map(({ id }) => made.indexOf(String(id)))
  const runsOf = async (i: number) => (await api.call(`GET /app/shop/request/${made[i]}`)).body['runs'] as unknown as Json[]
  const ended = async (id: unknown) => {
    for (;;) {
      const { body } = await api.call(`GET /app/shop/replay/${String(id)}`)
      if (String(body['status']) !== 'running') return body
      await wait(20)
    }
  }
  const working = async (work: () => Promise<void>) => {
    const replays = new RequestReplays({ ...api.deps, log: silentLog, clock: systemClock, failpoint: noFailpoint, splitting })
    replays.start()
    await work()
    await replays.stop()
  }

  test('are counted and shown first: what was accepted and fits the filter, and what it would run', async () => {
    expect(await of({}, { dryRun: true })).toMatchObject({
      status: 200,
      body: { matched: 3, exact: true, flows: [{ version: 1 }, { version: 1 }] },
    })
    expect(await sampled({})).toEqual([0, 1, 3])
    expect(await sampled({ eventType: 'order.made' })).toEqual([0, 1])
    expect(await sampled({ text: '"n":2' })).toEqual([1])
    expect(await sampled({ statusCodeClass: 500 })).toEqual([3])
    expect(await sampled({ requestIds: [made[3], made[0], made[2]] })).toEqual([0, 3])
    const named = await replay({ filter: { requestIds: [made[1], 'req_none'] }, dryRun: true })
    expect(named.body).toMatchObject({ matched: 1, exact: true })
    expect((await of({ requestIds: [] })).status).toBe(422)
    expect(await sampled({ minDurationMs: 3_600_000 })).toEqual([])
    expect(await sampled({ minDurationMs: 0 })).toEqual([3])
    expect(await sampled({ method: 'PUT' })).toEqual([])
    expect(await sampled({ after: '2100-01-01T00:00:00Z' })).toEqual([])
    expect(await sampled({ before: '2100-01-01T00:00:00Z' })).toEqual([0, 1, 3])
    expect(await runsOf(0)).toEqual([])
  })

  test('run by the flows of now, once each, however often a step is made anew', async () => {
    const begun = await of({ eventType: 'order.made' }, { ratePerSecond: 1000 })
    expect(begun).toMatchObject({
      status: 202,
      body: { kind: 'requests', status: 'running', requests: { listenerId: listeners['orders'], eventType: 'order.made', flowId: null } },
    })
    // One that is killed between starting its runs and remembering its place.
    const { store } = api.deps
    const dying = { ...api.deps, log: silentLog, clock: systemClock, failpoint: noFailpoint, splitting }
    let cut: (() => void) | undefined
    const started = new Promise<void>((resolve) => (cut = resolve))
    const advanceReplay = async () => {
      cut?.()
      throw new Error('killed')
    }
    const killed = new RequestReplays({
      ...dying,
      store: { queries: store.queries, logs: store.logs, statements: store.statements, mutate: store.mutate, advanceReplay },
    })
    killed.start()
    await started
    await killed.stop()
    await working(async () => {
      expect(await ended(begun.body['id'])).toMatchObject({ status: 'done', matched: 2, queued: 2, skipped: 0, failure: null })
    })
    expect(await runsOf(0)).toHaveLength(2)
    expect(await runsOf(1)).toHaveLength(2)
    expect(await runsOf(3)).toHaveLength(1)
    const audit = (await api.call('GET /audit?limit=250')).body['data'] as unknown as Json[]
    expect(audit.find((one) => String(one['target']) === String(begun.body['id']))).toMatchObject({
      action: 'replay.created',
      after: { kind: 'requests', requests: { eventType: 'order.made' } },
    })
  })

  test('are shown with their runs, also where the process died before it named them', async () => {
    const id = await acceptRequest(api, { app: 'shop', fields: { listener_id: listeners['orders']!, event_type: 'order.cut' } })
    made.push(id)
    const begun = await of({ eventType: 'order.cut' })
    let cut: (() => void) | undefined
    const started = new Promise<void>((resolve) => (cut = resolve))
    const { queries, logs, statements, advanceReplay } = api.deps.store
    const mutate = async () => {
      cut?.()
      throw new Error('killed')
    }
    const dying = { ...api.deps, log: silentLog, clock: systemClock, failpoint: noFailpoint, splitting }
    const killed = new RequestReplays({ ...dying, store: { queries, logs, statements, mutate, advanceReplay } })
    killed.start()
    await started
    await killed.stop()
    expect(await runsOf(made.length - 1)).toHaveLength(0)
    await working(async () => {
      expect(await ended(begun.body['id'])).toMatchObject({ status: 'done', queued: 1 })
    })
    expect(await runsOf(made.length - 1)).toHaveLength(2)
  })

  test('one by one under an Idempotency-Key once, also where the process died before it answered', async () => {
    const id = await acceptRequest(api, { app: 'shop', fields: { listener_id: listeners['orders']!, event_type: 'order.kept' } })
    const all = async (of: string) => ((await api.call(`GET /app/shop/${of}limit=250`)).body['data'] as unknown as unknown[]).length
    // A copy is written down as one, and runs nothing.
    const counts = async () => [await all('run?'), await all('request?status=accepted&')]
    /** As if the first answer had been lost, and a minute had passed. */
    const twice = async (path: string, body: object) => {
      const call = () => api.call(`POST /app/shop/${path}`, { body, headers: { 'idempotency-key': path } })
      const before = await counts()
      const first = await call()
      // 200: the run has ended, or is one that was there.
      expect([200, 202], first.text).toContain(first.status)
      const between = await counts()
      expect(between).not.toEqual(before)
      const query = tablesOf(api.deps.store).deleteFrom('idempotency').compile()
      await api.deps.store.mutate({ statements: [{ query }], application: null, audit: [] })
      const second = await call()
      expect([200, 202], second.text).toContain(second.status)
      expect(await counts()).toEqual(between)
      return [first.body, second.body]
    }
    const [replayed, replayedAgain] = await twice(`request/${id}/replay`, {})
    const ids = (body: Json | undefined) => (body!['runs'] as unknown as { id: string }[]).map((run) => run.id)
    expect(ids(replayedAgain)).toEqual(ids(replayed))
    const [sent, sentAgain] = await twice(`request/${id}/resend`, { method: 'POST', path: '/in/shop/orders', body: '{"n":3}' })
    expect(sentAgain!['id']).toEqual(sent!['id'])
    const [run, runAgain] = await twice(`run/${ids(replayed)[0]}/again`, {})
    expect(runAgain!['id']).toEqual(run!['id'])
    expect(((await api.call(`GET /app/shop/request/${id}`)).body['runs'] as unknown as unknown[]).length).toBe(3)
  })

  test('run by a chosen flow in a chosen version, at their rate, until they are cancelled', async () => {
    await api.call('POST /app/shop/flow/first/publish')
    const begun = await of({}, { flow: 'first', version: 1, ratePerSecond: 1 })
    await working(async () => {
      for (let left = 200; left > 0; left--) {
        const { body } = await api.call(`GET /app/shop/replay/${String(begun.body['id'])}`)
        if (Number(body['queued']) > 0) break
        await wait(20)
      }
      const cancelled = await api.call(`POST /app/shop/replay/${String(begun.body['id'])}/cancel`)
      expect(cancelled).toMatchObject({ status: 200, body: { status: 'cancelled', matched: 1, queued: 1, requests: { version: 1 } } })
    })
    expect((await runsOf(0)).at(-1)).toMatchObject({ version: 1 })
    expect(await runsOf(0)).toHaveLength(3)
    expect(await runsOf(1)).toHaveLength(2)
  })

  test('run over all listeners of the application, each by the flows that take them, in the order in which they came', async () => {
    const body = { uid: 'invoices', name: 'Invoices', suffix: '/invoices', auth: { kind: 'none' } }
    listeners['invoices'] = String((await api.call('POST /app/shop/listener', { body })).body['id'])
    await flow('third', 'invoices')
    const from = async (listener: string) => {
      const fields = { listener_id: listeners[listener]!, event_type: 'mixed', body: Buffer.from('{}'), body_bytes: 2 }
      return acceptRequest(api, { app: 'shop', fields })
    }
    const mixed: string[] = []
    for (const listener of ['invoices', 'orders', 'quiet', 'orders', 'invoices', 'invoices']) mixed.push(await from(listener))
    const [invoice, order, quiet, ...others] = mixed
    const taken = [invoice, order, ...others]

    const counted = (await replay({ filter: { eventType: 'mixed' }, dryRun: true })).body as unknown as Counted
    expect(counted).toMatchObject({ matched: 5, exact: true })
    expect(counted.sample.map(({ id }) => id)).toEqual(taken)
    expect(counted.flows).toHaveLength(3)
    // However little is looked at in one step.
    const filter = {
      ...{ listenerId: null, eventType: 'mixed', method: null, statusCodeClass: null, before: null, after: null },
      text: null,
    }
    const set = { kind: 'requests', filter: { ...filter, flowId: null, version: null }, until: 'req_z' } as const
    const among = [listeners['orders']!, listeners['invoices']!]
    const found: string[] = []
    for (let beyond: string | null = ''; beyond !== null;) {
      const window = await findRequestsToRun(api.deps.store, { set, listeners: among, beyond }, 1)
      found.push(...window.rows.map(({ id }) => id))
      beyond = window.end
    }
    expect(found).toEqual(taken)

    const begun = await replay({ filter: { eventType: 'mixed' }, ratePerSecond: 1000 })
    expect(begun).toMatchObject({ status: 202, body: { requests: { listenerId: null, eventType: 'mixed' } } })
    await working(async () => {
      expect(await ended(begun.body['id'])).toMatchObject({ status: 'done', matched: 5, queued: 5, skipped: 0 })
    })
    const runs = async (id: string | undefined) =>
      ((await api.call(`GET /app/shop/request/${id}`)).body['runs'] as unknown as Json[]).length
    expect(await Promise.all([invoice, order, quiet].map(runs))).toEqual([1, 2, 0])
    const cancelled = await replay({ filter: {}, ratePerSecond: 1 })
    expect((await api.call(`POST /app/shop/replay/${String(cancelled.body['id'])}/cancel`)).body).toMatchObject({ status: 'cancelled' })
  })

  test.each([
    [{ filter: {}, flow: 'first', version: 1 }, '/filter/listenerId'],
    [{ filter: { listenerId: 'none' } }, '/filter/listenerId'],
    [{ filter: { listenerId: 'orders' }, flow: 'none' }, '/flow'],
    [{ filter: { listenerId: 'orders' }, version: 1 }, '/version'],
    [{ filter: { listenerId: 'orders' }, flow: 'first', version: 99 }, '/version'],
    [{ filter: { listenerId: 'orders', status: 'rejected' } }, '/filter/status'],
    [{ filter: { listenerId: 'orders' }, ratePerSecond: 0 }, '/ratePerSecond'],
  ])('%j is refused at %s', async (body, pointer) => {
    expect(await replay(body)).toMatchObject({ status: 422, body: { errors: [{ pointer }] } })
  })

  test('are not begun where no flow would take them', async () => {
    expect(await replay({ filter: { listenerId: 'quiet' } })).toMatchObject({ status: 409, body: { code: 'nothing_to_run' } })
  })
})
