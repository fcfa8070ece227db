import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startRecordingReceiver, type RecordingReceiver } from '../../../../../test/support/recording-receiver.ts'
import { startTestApi, type Json, type TestApi } from '../../../../../test/support/test-api.ts'
import { tablesOf } from '#store/testing'

let api: TestApi
let receiver: RecordingReceiver
beforeAll(async () => {
  api = await startTestApi()
  receiver = await startRecordingReceiver(() => 204)
  await api.call('POST /app', { body: { uid: 'shop', name: 'Shop' } })
  const expected = {
    headers: [{ name: 'X-Shop', value: 'berlin' }],
    query: [{ name: 'dry', value: 'yes' }],
    body: { lines: [{ amount: 2 }, { amount: 3 }] },
  }
  const listener = { uid: 'orders', name: 'Orders', suffix: '/orders/:region', methods: ['PUT', 'POST'], auth: { kind: 'none' }, expected }
  expect((await api.call('POST /app/shop/listener', { body: listener })).status).toBe(201)
})
afterAll(async () => {
  await api.stop()
  await receiver[Symbol.asyncDispose]()
})

const trigger = { kind: 'webhook', listener: 'orders' }
const draft = async (uid: string, steps: object[], more: object = {}) =>
  expect((await api.call(`PUT /app/shop/flow/${uid}`, { body: { name: uid, trigger, steps, ...more } })).status).toBeLessThan(300)
const attempt = async (uid: string, body: object = {}) => api.call(`POST /app/shop/flow/${uid}/test`, { body })

describe('trying a flow', () => {
  test('R45, R48, R50: simulates a request from the expected structure, whose fields are variables of the mapping', async () => {
    await draft('sum', [
      { id: 'total', kind: 'transform', expression: '$sum(body.lines.amount)' },
      {
        id: 'reply',
        kind: 'webhook_response',
        status: 201,
        headers: { 'X-From': '{{ headers.x-shop }}' },
        body: { total: '{{ steps.total.output }}', dry: '{{ query.dry }}', region: '{{ trigger.params.region }}' },
      },
    ])
    const { status, body } = await attempt('sum')
    expect(status).toBe(200)
    expect(body).toMatchObject({
      status: 'ok',
      trigger: { method: 'PUT', path: '/in/shop/orders/region', query: { dry: 'yes' }, headers: { 'x-shop': 'berlin' } },
      steps: [
        { id: 'total', status: 'OK', output: 5 },
        { id: 'reply', status: 'OK' },
      ],
      reply: { status: 201, body: '{"total":5,"dry":"yes","region":"region"}', headers: { 'x-from': 'berlin' } },
      deliveries: [],
      messages: [],
    })
  })

  test('takes what the caller simulates instead', async () => {
    const simulated = { method: 'POST', params: { region: 'eu' }, query: { dry: ['a', 'b'] }, body: { lines: [{ amount: 40 }] } }
    const { body } = await attempt('sum', { simulated })
    expect(body['trigger']).toMatchObject({ method: 'POST', params: { region: 'eu' }, query: { dry: ['a', 'b'] } })
    expect(body['steps']).toMatchObject([{ output: 40 }, {}])
  })

  test('shows what would have been sent, and sends and keeps nothing', async () => {
    await api.call('PUT /app/shop/secret/erp', { body: { value: 'canary-canary-canary' } })
    await draft('notify', [
      { id: 'send', kind: 'send_webhook', url: 'https://erp.example/hook', event: 'order', bearerToken: '{{ secrets.erp }}' },
      { id: 'emit', kind: 'emit_event', eventType: 'order.made', payload: { n: '{{ body.lines[0].amount }}' } },
    ])
    const { body, text } = await attempt('notify', { meta: { from: 'test' } })
    expect(body).toMatchObject({
      status: 'ok',
      steps: [
        { id: 'send', status: 'OK', input: { url: 'https://erp.example/hook' }, output: { status: 200 } },
        { id: 'emit', status: 'OK' },
      ],
      deliveries: [{ stepId: 'send', event: 'order', body: expect.stringContaining('"meta":{"from":"test"}') }],
      messages: [{ eventType: 'order.made', data: { n: 2 } }],
    })
    expect(text).not.toContain('canary')
    const db = tablesOf(api.deps.store)
    for (const table of ['run', 'request', 'message', 'delivery'] as const)
      expect(await db.selectFrom(table).select('id').execute()).toEqual([])
  })

  test('lets a delivery end as the call says, so that what follows a failure can be tried', async () => {
    await draft('notify', [{ id: 'send', kind: 'send_webhook', url: 'https://erp.example/hook' }], {
      rescue: [{ id: 'mend', kind: 'set_meta', meta: { failed: '{{ steps.send.code }}' } }],
    })
    const { body } = await attempt('notify', { outcomes: { send: { ok: false, status: null } } })
    expect(body).toMatchObject({ status: 'ko', errorCode: 'timeout', meta: { failed: 'timeout' }, faults: [{ step_id: 'send' }] })
  })

  test('evaluates expressions that may be dear in a process that can be killed', async () => {
    await draft('dear', [{ id: 'loop', kind: 'transform', expression: '($f := function($n) { $f($n) }; $f(1))' }])
    const { body } = await attempt('dear')
    expect(body).toMatchObject({ status: 'ko', steps: [{ id: 'loop', status: 'KO' }] })
  })

  test('tries jobs with a document', async () => {
    await draft('job', [{ id: 'seen', kind: 'set_meta', meta: { seen: '{{ body.n }}' } }], { trigger: { kind: 'job' } })
    expect((await attempt('job', { document: { n: 7 } })).body['meta']).toEqual({ seen: 7 })
    expect((await attempt('job', { simulated: { body: { n: 7 } } })).body['errors']).toMatchObject([
      { pointer: '/simulated', code: 'not_of_trigger', message: expect.stringContaining('`document`') },
    ])
  })

  test('tries a definition of a flow that nobody has saved yet', async () => {
    const definition = { name: 'New', trigger: { kind: 'job' }, steps: [{ id: 'seen', kind: 'set_meta', meta: { n: '{{ body.n }}' } }] }
    expect((await attempt('never-saved', { definition, document: { n: 7 } })).body).toMatchObject({ status: 'ok', meta: { n: 7 } })
    expect((await attempt('never-saved', { document: { n: 7 } })).status).toBe(404)
    expect((await api.call('GET /app/shop/flow/never-saved')).status).toBe(404)
  })

  test('tries a version instead of the draft', async () => {
    await api.call('POST /app/shop/flow/job/publish')
    await draft('job', [{ id: 'stop', kind: 'stop' }], { trigger: { kind: 'job' } })
    expect((await attempt('job')).body['steps']).toMatchObject([{ id: 'stop' }])
    expect((await attempt('job', { version: 1 })).body['steps']).toMatchObject([{ id: 'seen' }])
    const none = { pointer: '/version', code: 'unknown_version', message: 'The flow has no version 9.' }
    expect((await attempt('job', { version: 9 })).body['errors']).toEqual([none])
  })

  test('says what is wrong with a draft that cannot run', async () => {
    await draft('broken', [{ id: 'a', kind: 'set_meta', meta: { x: '{{ steps.nowhere.output }}' } }])
    const { status, body } = await attempt('broken')
    expect(status).toBe(422)
    expect(body['errors']).toMatchObject([{ pointer: '/flow/steps/0/meta/x' }])
  })

  test('tries a definition that nobody saved, and keeps none of its secrets', async () => {
    const definition = {
      name: 'unsaved',
      trigger,
      steps: [{ id: 'send', kind: 'send_webhook', url: `${receiver.url}/hook`, bearerToken: 'canary-canary-canary' }],
    }
    const secrets = async () => (await api.call('GET /app/shop/secret')).text
    const before = await secrets()
    const { status, body, text } = await attempt('sum', { definition, calls: 'made' })
    expect(status).toBe(200)
    expect(body['steps']).toMatchObject([{ id: 'send', status: 'OK', output: { status: 204 } }])
    expect(receiver.received.at(-1)?.headers['authorization']).toBe('Bearer canary-canary-canary')
    expect(text).not.toContain('canary')
    expect(await secrets()).toBe(before)
    const wrong = await attempt('sum', { definition: { ...definition, steps: [{ id: 'a', kind: 'stop', colour: 'red' }] } })
    expect(wrong.body['errors']).toMatchObject([{ pointer: '/definition/steps/0/colour', code: 'unknown_field' }])
  })

  test('makes the calls that nobody chose an outcome for, if asked to', async () => {
    const url = `${receiver.url}/stock`
    await draft('calls', [
      { id: 'stock', kind: 'http_request', url, body: { sku: '{{ body.lines[0].amount }}' } },
      { id: 'erp', kind: 'http_request', url, next: [{ status: 'KO', do: 'continue' }] },
      { id: 'tell', kind: 'emit_event', eventType: 'order.made' },
    ])
    const count = receiver.received.length
    const outcomes = { erp: { status: 503, headers: { 'X-Why': 'asleep' }, body: '{"why":"asleep"}' } }
    const { body } = await attempt('calls', { calls: 'made', outcomes })
    expect(body).toMatchObject({
      steps: [
        { id: 'stock', status: 'OK', output: { status: 204 } },
        { id: 'erp', status: 'KO', code: 'http_503', output: { status: 503, body: { why: 'asleep' } } },
        { id: 'tell', status: 'OK' },
      ],
    })
    expect(receiver.received.slice(count).map(({ body: sent }) => String(sent))).toEqual(['{"sku":2}'])
    await attempt('calls', { outcomes })
    expect(receiver.received.length).toBe(count + 1)
  })

  test('loads what its own steps saved, by key and by id, and keeps none of it', async () => {
    const saved = await api.call('POST /app/shop/entry', { body: { key: 'tried', document: { old: true } } })
    expect(saved.status).toBeLessThan(300)
    await draft('saves', [
      { id: 'before', kind: 'load_entry', entry: 'tried' },
      { id: 'save', kind: 'save_entry', key: 'tried', document: { n: '{{ body.n }}' } },
      { id: 'by_key', kind: 'load_entry', entry: 'tried' },
      { id: 'unnamed', kind: 'save_entry', document: [1] },
      { id: 'by_id', kind: 'load_entry', entry: '{{ steps.unnamed.output.id }}' },
      { id: 'reply', kind: 'webhook_response', entry: 'tried' },
    ])
    const kept = await tablesOf(api.deps.store).selectFrom('silo_version').selectAll().execute()
    const { body } = await attempt('saves', { simulated: { rawBody: '{"n":12345678901234567890}' } })
    expect(body).toMatchObject({ status: 'ok' })
    const [, , byKey, unnamed, byId] = body['steps'] as unknown as { output: object }[]
    expect(byKey?.output).toMatchObject({ id: saved.body['id'], key: 'tried', version: 2, document: { n: expect.anything() } })
    expect(body['reply']).toMatchObject({ entry: { id: saved.body['id'], version: 2, size: 26 } })
    expect(byId?.output).toEqual({ ...unnamed?.output, key: null, version: 1, contentType: 'application/json', document: [1] })
    const [other] = (await attempt('saves', { requests: [{}, {}] })).body['others'] as unknown as { steps: object[] }[]
    expect(other?.steps[0]).toMatchObject({ output: { version: 1, document: { old: true } } })
    expect(await tablesOf(api.deps.store).selectFrom('silo_version').selectAll().execute()).toEqual(kept)
  })

  test('runs no step behind the one that it is to run to', async () => {
    const { body } = await attempt('sum', { until: 'total' })
    expect(body).toMatchObject({ status: 'ok', stopped: true, steps: [{ id: 'total', output: 5 }], reply: null })
    expect((await attempt('sum', { until: 'nowhere' })).body['errors']).toMatchObject([{ pointer: '/until', code: 'unknown_step' }])
  })

  test('tries several at once: what is expected, what is pasted, what arrived', async () => {
    const { body } = await attempt('sum', {
      until: 'total',
      requests: [{}, { simulated: { body: { lines: [{ amount: 1 }] } } }, { simulated: { rawBody: '{"lines":[{"amount":9}]}' } }],
    })
    const outputs = [body, ...(body['others'] as unknown as Json[])].map(({ steps }) => (steps as unknown as Json[])[0]?.['output'])
    expect(outputs).toEqual([5, 1, 9])
    const twice = await attempt('sum', { requests: [{}], document: {} })
    expect(twice.body['errors']).toMatchObject([{ pointer: '/document', code: 'not_with_requests' }])
    const unknown = await attempt('sum', { requests: [{}, { request: 'req_nothing' }] })
    expect(unknown.body['errors']).toMatchObject([{ pointer: '/requests/1/request', code: 'unknown_request' }])
  })

  test.each<[string, object, string]>([
    ['a request that is not there', { request: 'req_nothing' }, '/request'],
    ['a past request and one of its own', { request: 'req_nothing', simulated: {} }, '/simulated'],
    ['a document for a flow that a listener starts', { document: {} }, '/document'],
    ['the same among several', { requests: [{}, { document: {} }] }, '/requests/1/document'],
    ['an unknown field', { colour: 'red' }, '/colour'],
    ['a version that is none', { version: 0 }, '/version'],
    ['parameters that are no texts', { simulated: { params: { id: 5 } } }, '/simulated/params/id'],
    ['an outcome of a step that calls nobody', { outcomes: { total: { status: 503 } } }, '/outcomes/total'],
    ['a version and a definition', { version: 1, definition: {} }, '/version'],
    ['a meta that is no object', { meta: [] }, '/meta'],
  ])('refuses %s, and names the field', async (_what, fields, pointer) => {
    const { status, body } = await attempt('sum', fields)
    expect(status).toBe(422)
    expect(body['errors']).toMatchObject([{ pointer }])
  })
})
