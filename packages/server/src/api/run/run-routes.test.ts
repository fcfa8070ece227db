import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApi, type Json, type TestApi } from '../../../../../test/support/test-api.ts'
import { tablesOf } from '#store/testing'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
  await api.call('POST /app', { body: { uid: 'shop', name: 'Shop' } })
  await publish('total', [
    { id: 'sum', kind: 'transform', expression: '$sum(body.lines)' },
    { id: 'mark', kind: 'set_meta', meta: { n: '{{ steps.sum.output }}' } },
  ])
  await publish('echo', [{ id: 'out', kind: 'set_meta', meta: { seen: '{{ body }}' } }])
  await publish('fails', [{ id: 'no', kind: 'fail', code: 'no_stock', message: 'Nothing is left.' }])
  await publish('waits', [{ id: 'send', kind: 'send_webhook', url: 'https://receiver.example/hook' }])
})
afterAll(() => api.stop())

async function publish(uid: string, steps: object[]): Promise<void> {
  await api.call('POST /app/shop/flow', { body: { uid, name: uid, trigger: { kind: 'job' }, steps } })
  const published = await api.call(`POST /app/shop/flow/${uid}/publish`)
  expect(published.status).toBe(200)
}

const start = async (body: unknown, { query = '?wait=10', headers = {} }: { query?: string; headers?: Record<string, string> } = {}) =>
  api.call(`POST /app/shop/run${query}`, { body, headers })
const idsOf = async (query: string) =>
  ((await api.call(`GET /app/shop/run${query}`)).body['data'] as unknown as { id: string }[]).map(({ id }) => id)

const firstId = (items: unknown): string => (items as readonly { id: string }[])[0]!.id

describe('runs', () => {
  test('are started as jobs and waited for', async () => {
    const { status, body } = await start({ flow: 'total', document: { lines: [1, 2, 3] } })
    expect(status).toBe(200)
    expect(body).toMatchObject({
      id: expect.stringMatching(/^run_/),
      flowName: 'total',
      version: 1,
      trigger: 'job',
      status: 'ok',
      key: expect.stringMatching(/^auto_/),
      document: { lines: [1, 2, 3] },
      steps: [
        { id: 'sum', kind: 'transform', status: 'OK', output: 6 },
        { id: 'mark', status: 'OK' },
      ],
      meta: { n: 6 },
      faults: [],
      reply: null,
    })
    expect((await api.call(`GET /app/shop/run/${String(body['id'])}/step`)).body['data']).toEqual(body['steps'])
  })

  test('answer 202 at once if nobody waits', async () => {
    const { status, body } = await start({ flow: 'total', document: { lines: [1] } }, { query: '' })
    expect(status).toBe(202)
    expect(body).toMatchObject({ status: 'queued' })
  })

  test('show the code of a failure', async () => {
    const { body } = await start({ flow: 'fails' })
    expect(body).toMatchObject({ status: 'ko', errorCode: 'no_stock', faults: [{ step_id: 'no', code: 'no_stock' }] })
  })

  test('keep every digit of a number, also in the answer that is replayed', async () => {
    const body = '{"flow":"echo","document":{"id":12345678901234567890},"meta":{"m":98765432109876543210}}'
    const headers = { 'idempotency-key': 'auto_digits' }
    const { text } = await start(body, { headers })
    expect(text).toContain('"document":{"id":12345678901234567890}')
    expect(text).toContain('"meta":{"m":98765432109876543210,"seen":{"id":12345678901234567890}}')
    expect((await start(body, { headers })).text).toBe(text)
  })

  test('with a key are the same job for the same content, and refused for other content', async () => {
    for (const key of ['', 'a\0', '\ud800', 'a'.repeat(257)])
      expect((await start({ flow: 'total', key })).body['errors'], key).toMatchObject([{ pointer: '/key' }])
    const first = await start({ flow: 'total', key: 'order-1', document: { lines: [1] } })
    const again = await start({ flow: 'total', key: 'order-1', document: { lines: [1] } })
    expect(again.status).toBe(200)
    expect(again.body['id']).toBe(first.body['id'])
    const respelt = '{ "document": { "lines": [ 1 ] }, "key": "order-1", "flow": "total" }'
    expect((await start(respelt as never)).body['id']).toBe(first.body['id'])
    const other = await start({ flow: 'total', key: 'order-1', document: { lines: [2] } })
    expect(other.status).toBe(409)
    expect(other.body['code']).toBe('key_taken')
    expect((await start({ flow: 'echo', key: 'order-1' })).body['id']).not.toBe(first.body['id'])
  })

  test('are the same job if an older release kept the digest of its content as it was written', async () => {
    const job = { flow: 'total', key: 'older-1', document: { b: 1, a: 2 } }
    const first = await start(job)
    const db = tablesOf(api.deps.store)
    const content = createHash('sha256').update('{"document":{"b":1,"a":2},"meta":{}}').digest('hex')
    const ref = `${String(first.body['id'])} ${content}`
    const query = db
      .updateTable('dedup')
      .set({ ref })
      .where('ref', 'like', `${String(first.body['id'])} %`)
      .compile()
    await api.deps.store.mutate({ statements: [{ query }], application: null, audit: [] })
    expect(await start(job)).toMatchObject({ status: 200, body: { id: first.body['id'] } })
    expect((await start({ ...job, document: { b: 2, a: 1 } })).body['code']).toBe('key_taken')
  })

  test('begin once when two callers come at the same time with one key', async () => {
    const started = await Promise.all(Array.from({ length: 8 }, () => start({ flow: 'total', key: 'race', document: { lines: [4] } })))
    expect(new Set(started.map(({ body }) => body['id'])).size).toBe(1)
    expect(started.every(({ status }) => status === 200)).toBe(true)
  })

  test('take the Idempotency-Key as their key, unless a library made it up', async () => {
    expect((await start({ flow: 'echo' }, { headers: { 'idempotency-key': 'mine' } })).body['key']).toBe('mine')
    expect((await start({ flow: 'echo' }, { headers: { 'idempotency-key': 'auto_1' } })).body['key']).not.toBe('auto_1')
  })

  test('free the key when they are no longer kept', async () => {
    const first = await start({ flow: 'echo', key: 'kept', document: 1 })
    const db = tablesOf(api.deps.store)
    const query = db.deleteFrom('run').where('id', '=', String(first.body['id'])).compile()
    await api.deps.store.mutate({ statements: [{ query }], application: null, audit: [] })
    expect((await start({ flow: 'echo', key: 'kept', document: 2 })).status).toBe(200)
  })

  test('run again with the same document, first meta and key, or a new key', async () => {
    const first = await start({ flow: 'echo', key: 'again', document: { a: 1 }, meta: { from: 'test' } })
    const again = await api.call(`POST /app/shop/run/${String(first.body['id'])}/again?wait=10`)
    expect(again.body).toMatchObject({ key: 'again', document: { a: 1 }, meta: { from: 'test', seen: { a: 1 } }, status: 'ok' })
    expect(again.body['id']).not.toBe(first.body['id'])
    const newKey = await api.call(`POST /app/shop/run/${String(first.body['id'])}/again?wait=10`, { body: { newKey: true } })
    expect(newKey.body['key']).toMatch(/^auto_/)
  })

  test('have tags, by which they are listed', async () => {
    const first = await start({ flow: 'echo', tags: ['a_1', 'night', 'night'] })
    expect(first.body['tags']).toEqual(['a_1', 'night'])
    await start({ flow: 'total', document: { lines: [1] }, tags: ['ab1'] })
    const again = await api.call(`POST /app/shop/run/${String(first.body['id'])}/again?wait=10`)
    expect(await idsOf('?tag=a_1')).toEqual([again.body['id'], first.body['id']])
    expect(await idsOf('?tag=night&flow=total')).toEqual([])
    expect((await start({ flow: 'echo', tags: ['a b'] })).body['errors']).toMatchObject([{ pointer: '/tags/0' }])
  })

  test('R15, R16: work on an entry, or on a document that is one', async () => {
    const entry = (await api.call('POST /app/shop/entry', { body: '{"key":"doc","document":{"n":12345678901234567890}}' })).body
    const first = await start({ flow: 'echo', key: 'by-entry', entry: 'doc' })
    expect(first.text).toContain('"seen":{"n":12345678901234567890}')
    await api.call(`PUT /app/shop/entry/${String(entry['id'])}`, { body: { document: 2 }, headers: { 'if-match': '*' } })
    expect((await start({ flow: 'echo', key: 'by-entry', entry: 'doc' })).body['id']).toBe(first.body['id'])
    expect((await start({ flow: 'echo', key: 'by-entry', entry: String(entry['id']) })).body['code']).toBe('key_taken')
    expect((await start({ flow: 'echo', entry: 'none' })).body['errors']).toMatchObject([{ pointer: '/entry', code: 'entry_not_found' }])
    expect((await start({ flow: 'echo', entry: 'doc', document: 1 })).body['errors']).toMatchObject([{ pointer: '/entry' }])
    await publish('tells', [{ id: 'own', kind: 'set_meta', meta: { entry: '{{ entry.id }}', document: '{{ entry.document }}' } }])
    expect((await start({ flow: 'tells', entry: 'doc' })).body['meta']).toEqual({ entry: entry['id'], document: 2 })
    const brought = (await start({ flow: 'tells', document: { a: 1 } })).body
    const id = String(brought['id']).replace('run_', 'entry_')
    expect(brought['meta']).toEqual({ entry: id, document: { a: 1 } })
    expect((await api.call(`GET /app/shop/entry/${id}`)).body).toMatchObject({ kind: 'body', requestId: null, size: 7 })
    const content = await fetch(`${api.url}/api/v1/app/shop/entry/${id}/content`, { headers: { authorization: `Bearer ${api.key}` } })
    expect(await content.json()).toEqual({ a: 1 })
  })

  test('show what steps gave with every digit, also where it is large', async () => {
    const list = Array.from({ length: 9000 }, (_, index) => `{"output":${index},"input":12345678901234567890}`).join(',')
    await api.call('POST /app/shop/entry', { body: `{"key":"large","document":{"text":"é","list":[${list}]}}` })
    await publish('large', [{ id: 'load', kind: 'load_entry', entry: 'large' }])
    const { text } = await start({ flow: 'large' })
    expect(text).toContain(`"document":{"text":"é","list":[${list}]}}`)
    const run = JSON.parse(text) as { id: string; steps: unknown[] }
    expect(run.steps).toMatchObject([{ id: 'load', kind: 'load_entry', status: 'OK', input: null, code: null }])
    expect((await api.call(`GET /app/shop/run/${run.id}/step`)).text).toContain(list)
    const tried = (await api.call('POST /app/shop/flow/large/test', { body: {} })).body as unknown as { steps: { output: unknown }[] }
    expect(tried.steps[0]!.output).toMatch(/^\(\d+ bytes, not shown\)$/)
  })

  test('run again as many as match, counted first, in parts, and once under one Idempotency-Key', async () => {
    await publish('bulk', [{ id: 'no', kind: 'fail', code: 'no_luck' }])
    const failed = []
    for (let n = 0; n < 5; n++) failed.push(String((await start({ flow: 'bulk', document: { n }, key: `bulk-${n}` })).body['id']))
    const filter = { flow: 'bulk', status: 'ko', errorCode: 'no_luck' }
    const again = async (body: object, headers = {}) => api.call('POST /app/shop/run/again', { body: { filter, ...body }, headers })
    const counted = await again({ dryRun: true })
    expect(counted).toMatchObject({ status: 200, body: { matched: 5, started: 0, done: true, iterator: null } })
    expect((counted.body['sample'] as unknown as { id: string }[]).map(({ id }) => id)).toEqual(failed)
    expect(await idsOf('?flow=bulk')).toHaveLength(5)
    const first = await again({ limit: 3 }, { 'idempotency-key': 'bulk-1' })
    expect(first).toMatchObject({
      status: 202,
      body: { matched: 3, started: 3, done: false, iterator: expect.stringContaining(failed[2]!) },
    })
    for (const iterator of [`${failed[2]}.1e999`, `${failed[2]}.99999999999999999`, 'run_x.1', 'x'])
      expect((await again({ iterator, dryRun: true })).body['errors'], iterator).toMatchObject([
        { pointer: '/iterator', code: 'bad_iterator' },
      ])
    const second = await again({ limit: 3, iterator: String(first.body['iterator']), newKey: true })
    expect(second.body).toMatchObject({ started: 2, done: true })
    expect(await idsOf('?flow=bulk&key=bulk-0')).toHaveLength(2)
    expect(await idsOf('?flow=bulk&key=bulk-4')).toHaveLength(1)
    // As after a kill: the answer was not kept, so the call is made once more.
    const forget = tablesOf(api.deps.store).deleteFrom('idempotency').compile()
    await api.deps.store.mutate({ statements: [{ query: forget }], application: null, audit: [] })
    expect((await again({ limit: 3 }, { 'idempotency-key': 'bulk-1' })).body).toMatchObject({ started: 3 })
    expect(await idsOf('?flow=bulk')).toHaveLength(10)
    // What the lost call started matches as well, once it has ended.
    const whole = async () => (await again({}, { 'idempotency-key': 'bulk-2' })).body
    await expect.poll(() => idsOf('?flow=bulk&status=ko')).toHaveLength(10)
    expect(await whole()).toMatchObject({ started: 10 })
    await expect.poll(() => idsOf('?flow=bulk&status=ko')).toHaveLength(20)
    await api.deps.store.mutate({ statements: [{ query: forget }], application: null, audit: [] })
    expect(await whole()).toMatchObject({ started: 10 })
    expect(await idsOf('?flow=bulk')).toHaveLength(20)
    expect((await again({ version: 1, filter: { status: 'ko' } })).body['errors']).toMatchObject([{ pointer: '/version' }])
    expect((await again({ filter: { status: 'waiting' } })).body['errors']).toMatchObject([{ pointer: '/filter/status' }])
  })

  test('run again as they are named, however they ended', async () => {
    await publish('named', [{ id: 'no', kind: 'branch', if: '{{ body.n == 1 }}', then: [{ id: 'bad', kind: 'fail', code: 'one' }] }])
    const runIds = []
    for (let n = 0; n < 3; n++) runIds.push(String((await start({ flow: 'named', document: { n }, key: `named-${n}` })).body['id']))
    await expect.poll(() => idsOf('?flow=named&status=ko')).toHaveLength(1)
    await expect.poll(() => idsOf('?flow=named&status=ok')).toHaveLength(2)
    const again = (filter: object) => api.call('POST /app/shop/run/again', { body: { filter } })
    expect(await again({ runIds: [runIds[2], runIds[1], 'run_none'] })).toMatchObject({ status: 202, body: { started: 2, done: true } })
    expect(await again({ runIds, status: 'ko', flow: 'named' })).toMatchObject({ body: { started: 1 } })
    const keys = async (n: number) => (await idsOf(`?flow=named&key=named-${n}`)).length
    expect(await Promise.all([0, 1, 2].map(keys))).toEqual([1, 3, 2])
    expect((await again({ flow: 'named' })).body['errors']).toMatchObject([{ pointer: '/filter/status' }])
  })

  test('are cancelled together where they have not ended, and the audit log has which', async () => {
    await api.call('POST /app', { body: { uid: 'elsewhere', name: 'Elsewhere' } })
    const { id: ended } = (await start({ flow: 'total', document: { lines: [1] } })).body
    const { id } = (await start({ flow: 'waits', document: {} }, { query: '' })).body
    await expect.poll(() => idsOf('?flow=total&status=ok')).toContain(ended)
    const cancel = (app: string, runIds: unknown[]) => api.call(`POST /app/${app}/run/cancel`, { body: { runIds } })
    expect((await cancel('elsewhere', [id])).body).toEqual({ cancelled: 0, skipped: 1 })
    expect((await cancel('shop', [id, ended, id, 'run_none'])).body).toEqual({ cancelled: 1, skipped: 2 })
    expect(await idsOf('?flow=waits&status=cancelled')).toContain(id)
    const [entry] = (await api.call('GET /audit?action=run.cancelled_many')).body['data'] as unknown as { after: object }[]
    expect(entry).toMatchObject({ after: { runIds: [id] } })
  })

  test('run again with the version that is published now, unless one is given', async () => {
    const first = await start({ flow: 'total', document: { lines: [1] } })
    await api.call('PATCH /app/shop/flow/total', { body: { steps: [{ id: 'stop', kind: 'stop' }] } })
    await api.call('POST /app/shop/flow/total/publish')
    const id = String(first.body['id'])
    expect((await api.call(`POST /app/shop/run/${id}/again`)).body['version']).toBe(2)
    expect((await api.call(`POST /app/shop/run/${id}/again`, { body: { version: 1 } })).body['version']).toBe(1)
    expect((await api.call(`POST /app/shop/run/${id}/again`, { body: { version: 9 } })).body['errors']).toMatchObject([
      { pointer: '/version' },
    ])
  })

  test('run again with the request that started them, which then shows both runs', async () => {
    const { request, run } = await webhookRun()
    const again = await api.call(`POST /app/shop/run/${run}/again?wait=10`)
    expect(again.body).toMatchObject({ trigger: 'webhook', requestId: request, status: 'ok', meta: { seen: { from: 'request' } } })
    const shown = (await api.call(`GET /app/shop/request/${request}`)).body
    expect(shown['runIds']).toEqual([run, again.body['id']])
    expect(shown['replyStatus']).toBe(202)
    expect(shown['runs']).toMatchObject([{ id: run }, { id: again.body['id'], status: 'ok' }])
  })

  test('are started again by replaying a request, through the flows as they are published now', async () => {
    const request = firstId((await api.call('GET /app/shop/listener/in/request')).body['data'])
    await api.call('PATCH /app/shop/flow/hooked', { body: { steps: [{ id: 'out', kind: 'set_meta', meta: { now: '{{ body }}' } }] } })
    await api.call('POST /app/shop/flow/hooked/publish')
    const replayed = await api.call(`POST /app/shop/request/${request}/replay`)
    expect(replayed.status).toBe(202)
    expect(replayed.body['runs']).toMatchObject([{ requestId: request, version: 2, trigger: 'webhook' }])
    const run = firstId(replayed.body['runs'])
    await expect.poll(async () => (await api.call(`GET /app/shop/run/${run}`)).body['meta']).toEqual({ now: { from: 'request' } })
    expect((await api.call(`GET /app/shop/request/${request}`)).body['runIds']).toHaveLength(3)
    expect((await api.call(`POST /app/shop/request/${request}/replay`, { body: { flow: 'hooked' } })).status).toBe(202)
    const chosen = (body: object) => api.call(`POST /app/shop/request/${request}/replay`, { body })
    expect((await chosen({ flow: 'hooked', version: 1 })).body['runs']).toMatchObject([{ requestId: request, version: 1 }])
    expect((await chosen({ flow: 'hooked', version: 9 })).body['errors']).toMatchObject([{ pointer: '/version', code: 'unknown_version' }])
    expect((await chosen({ version: 1 })).body['errors']).toMatchObject([{ pointer: '/version' }])
    const other = await api.call(`POST /app/shop/request/${request}/replay`, { body: { flow: 'total' } })
    expect(other.body['errors']).toMatchObject([{ pointer: '/flow', code: 'unknown_flow' }])
    await api.call('PATCH /app/shop/flow/hooked', { body: { enabled: false } })
    expect((await api.call(`POST /app/shop/request/${request}/replay`)).body['code']).toBe('nothing_to_run')
    await api.call('PATCH /app/shop/flow/hooked', { body: { enabled: true } })
  })

  test('run again several times at once are all shown by their request', async () => {
    const { request, run } = await webhookRun()
    const again = await Promise.all(Array.from({ length: 8 }, () => api.call(`POST /app/shop/run/${run}/again?wait=10`)))
    const shown = (await api.call(`GET /app/shop/request/${request}`)).body['runIds'] as unknown as string[]
    expect(shown.toSorted()).toEqual([run, ...again.map(({ body }) => String(body['id']))].toSorted())
  })

  test('are cancelled once, with what they wait for', async () => {
    const { body } = await start({ flow: 'waits' }, { query: '?wait=0' })
    const id = String(body['id'])
    await expect.poll(async () => (await api.call(`GET /app/shop/run/${id}`)).body['status']).toBe('waiting')
    expect((await api.call(`GET /app/shop/run/${id}/step`)).body['data']).toMatchObject([{ id: 'send', status: 'QUEUED' }])
    const cancelled = await api.call(`POST /app/shop/run/${id}/cancel`)
    expect(cancelled.body).toMatchObject({ status: 'cancelled', steps: [{ id: 'send', status: 'CANCEL' }] })
    expect((await api.call(`POST /app/shop/run/${id}/cancel`)).body['code']).toBe('run_finished')
    expect(JSON.stringify((await api.call(`GET /audit?target=${id}`)).body)).toContain('run.cancelled')
  })

  test('are listed newest first, over all flows or of one, by status and key, both ways', async () => {
    const all = await idsOf('?limit=250')
    expect(all).toEqual(all.toSorted().toReversed())
    expect(await idsOf('?flow=fails')).toHaveLength(1)
    expect(await idsOf('?status=ko&errorCode=no_stock')).toEqual(await idsOf('?flow=fails'))
    expect(await idsOf('?flow=fails&minDurationMs=0')).toEqual(await idsOf('?flow=fails'))
    expect(await idsOf('?minDurationMs=3600000')).toEqual([])
    expect(await idsOf('?flow=total&key=order-1')).toHaveLength(1)
    const first = (await api.call('GET /app/shop/run?limit=3')).body
    const second = await idsOf(`?limit=3&iterator=${String(first['iterator'])}`)
    expect(second).toEqual(all.slice(3, 6))
    expect(await idsOf(`?limit=3&iterator=-${second[0]}`)).toEqual(all.slice(0, 3))
  })

  test('of a deleted flow stay', async () => {
    const id = String((await api.call('GET /app/shop/flow/fails')).body['id'])
    const before = await idsOf('?flow=fails')
    await api.call('DELETE /app/shop/flow/fails')
    expect(await idsOf(`?flow=${id}`)).toEqual(before)
    expect(await idsOf('?limit=250')).toEqual(expect.arrayContaining(before))
  })

  test('do not begin on a flow that is switched off, not published, or not for jobs', async () => {
    await api.call('PATCH /app/shop/flow/waits', { body: { enabled: false } })
    expect((await start({ flow: 'waits' })).body['code']).toBe('flow_disabled')
    await api.call('POST /app/shop/flow', { body: { uid: 'draft', name: 'Draft', trigger: { kind: 'job' }, steps: [] } })
    expect((await start({ flow: 'draft' })).body['errors']).toMatchObject([{ pointer: '/flow', code: 'not_published' }])
    expect((await start({ flow: 'hooked' })).body['errors']).toMatchObject([{ pointer: '/flow', code: 'not_a_job' }])
  })

  test.each<[string, unknown, string]>([
    ['no flow', {}, '/flow'],
    ['an unknown flow', { flow: 'nothing' }, '/flow'],
    ['an empty key', { flow: 'echo', key: '' }, '/key'],
    ['a key that is too long', { flow: 'echo', key: 'x'.repeat(257) }, '/key'],
    ['a meta that is no object', { flow: 'echo', meta: [1] }, '/meta'],
    ['an unknown field', { flow: 'echo', colour: 'red' }, '/colour'],
  ])('refuse %s, and name the field', async (_what, body, pointer) => {
    const refused = await start(body)
    expect(refused.status).toBe(422)
    expect(refused.body['errors']).toMatchObject([{ pointer }])
  })

  test.each([['wait=-1'], ['wait=51'], ['wait=long']])('refuse the query %s', async (query) => {
    expect((await start({ flow: 'echo' }, { query: `?${query}` })).body['errors']).toMatchObject([{ pointer: '?wait' }])
  })

  test('refuse a document that nests without end, before anything recurses into it', async () => {
    const deep = `{"flow":"echo","document":${'['.repeat(100_000)}${']'.repeat(100_000)}}`
    const refused = await start(deep)
    expect(refused.status).toBe(400)
    expect(refused.body['code']).toBe('malformed_json')
  })
})

/** A run as `ingest` starts it, of a flow with a webhook trigger. */
async function webhookRun(): Promise<{ request: string; run: string }> {
  const { deps } = api
  const auth = { kind: 'none' }
  const listener = (await api.call('POST /app/shop/listener', { body: { uid: 'in', name: 'In', suffix: '/in', auth } })).body as Json
  const steps = [{ id: 'out', kind: 'set_meta', meta: { seen: '{{ body }}' } }]
  await api.call('POST /app/shop/flow', { body: { uid: 'hooked', name: 'Hooked', trigger: { kind: 'webhook', listener: 'in' }, steps } })
  const flow = (await api.call('POST /app/shop/flow/hooked/publish')).body as Json
  const application = (await deps.config.application('shop'))!
  const [request, run] = [deps.ids.make('req'), deps.ids.make('run')]
  const now = Date.now()
  const owner = { application_id: application.id, created_at: now }
  await deps.committer.accept({
    application: { id: application.id, version: application.version },
    dedups: [],
    request: {
      ...{
        id: request,
        application_id: application.id,
        listener_id: String(listener['id']),
        status: 'accepted',
        reason: null,
        detail: null,
      },
      ...{ method: 'POST', path: '/in/shop/in', query: '', headers: '[]', ip: '127.0.0.1', content_type: 'application/json' },
      ...{
        event_type: null,
        dedup_key: null,
        run_ids: JSON.stringify([run]),
        reply_status: 202,
        took_ms: null,
        received_at: now,
        body_bytes: 18,
      },
      form: null,
      verified: null,
      origin: null,
      body: Buffer.from('{"from":"request"}'),
    },
    runs: [
      {
        ...{ id: run, ...owner, flow_id: String(flow['flowId']), version: 1, trigger: 'webhook', request_id: request, key: request },
        ...{ input: null, meta: '{}', answer_by: null },
      },
    ],
    messages: [],
  })
  return { request, run }
}
