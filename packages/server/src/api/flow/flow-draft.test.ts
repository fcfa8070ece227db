import type { CompiledQuery } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freshDatabase, type FreshDatabase } from '../../../../../test/support/postgres.ts'
import { startTestApi, type TestApi } from '../../../../../test/support/test-api.ts'
import { tablesOf } from '#store/testing'

describe.each(['sqlite', 'postgres'] as const)('what is wrong with a draft, on %s', (engine) => {
  let api: TestApi
  let database: FreshDatabase | undefined
  beforeAll(async () => {
    database = engine === 'postgres' ? await freshDatabase() : undefined
    api = await startTestApi({}, database === undefined ? {} : { databaseUrl: database.url })
    await api.call('POST /app', { body: { uid: 'shop', name: 'Shop' } })
  })
  afterAll(async () => {
    await api.stop()
    await database?.drop()
  })

  const faulty = [
    { id: 'sum', kind: 'transform', expression: '$sum(' },
    { id: 'big', kind: 'transform', expression: `$match(body.a, /${'\\w{500}'.repeat(100)}/)` },
  ]
  const row = () => tablesOf(api.deps.store).selectFrom('flow_draft').selectAll().executeTakeFirst()
  const write = (query: { compile(): CompiledQuery }) =>
    api.deps.store.mutate({ statements: [{ query: query.compile() }], application: null, audit: [] })
  const read = async () => (await api.call('GET /app/shop/flow/erp')).body
  const listed = async () => (await api.call('GET /app/shop/flow')).body['data'] as unknown as Record<string, unknown>[]

  test('is found when it is saved, with its place and the way out', async () => {
    const body = { uid: 'erp', name: 'ERP', trigger: { kind: 'job' }, steps: faulty }
    const created = await api.call('POST /app/shop/flow', { body })
    expect(created.body['faults']).toMatchObject([
      { pointer: '/steps/0/expression', code: 'invalid_expression' },
      { pointer: '/steps/1/expression', code: 'invalid_expression', message: expect.stringMatching(/10000 instructions; repeat less/) },
    ])
    expect(await read()).toEqual(created.body)
    expect(await listed()).toMatchObject([{ uid: 'erp', trigger: { kind: 'job' }, changed: true }])
  })

  test('is read as it was kept, and not found anew', async () => {
    const kept = await row()
    const marked = { faults: [{ pointer: '/kept', code: 'kept', message: 'Kept.' }], warnings: [] }
    await write(
      tablesOf(api.deps.store)
        .updateTable('flow_draft')
        .set({ findings: JSON.stringify(marked), changed: 0 }),
    )
    expect(await read()).toMatchObject({ ...marked, changed: false })
    expect(await listed()).toMatchObject([{ changed: false }])
    await write(tablesOf(api.deps.store).updateTable('flow_draft').set(kept!))
  })

  test('R49: what a flow reads and its listener does not expect is warned of, as the listener is now', async () => {
    await api.call('POST /app', { body: { uid: 'other', name: 'Other' } })
    const expected = { query: [{ name: 'page' }], body: { number: 'A', lines: [{ sku: 'x' }, { price: 1 }], open: {}, more: null } }
    await api.call('POST /app/other/listener', {
      body: { uid: 'orders', name: 'Orders', suffix: '/orders', auth: { kind: 'none' }, expected },
    })
    const reads = {
      ...{
        a: '{{ body.number }}',
        b: '{{ body.lines[0].price }}',
        c: '{{ body.open.x }}',
        d: '{{ body.more.y }}',
        e: '{{ body.lines.size }}',
      },
      ...{
        f: '{{ query.page }}',
        g: '{{ trigger.body.nmber | default: 1 }}',
        h: '{{ body.lines[query.page].zzz }}',
        i: '{{ headers.x-any }}',
      },
      ...{ wrong: 'No {{ body.nmber }}', deep: '{{ trigger.body.lines[0].qty }}', asked: '{{ query.pages }}' },
    }
    const flow = { name: 'Takes', trigger: { kind: 'webhook', listener: 'orders' }, steps: [{ id: 'a', kind: 'set_meta', meta: reads }] }
    const said = ['/steps/0/meta/wrong', '/steps/0/meta/deep', '/steps/0/meta/asked']
    const created = (await api.call('POST /app/other/flow', { body: { ...flow, uid: 'takes' } })).body
    expect(created).toMatchObject({
      faults: [],
      warnings: said.map((pointer) => ({ pointer, code: 'not_expected', message: expect.stringContaining('"orders" does not expect ') })),
    })
    expect((created['warnings'] as unknown as { message: string; position: number }[])[0]).toMatchObject({
      message:
        'The listener "orders" does not expect body.nmber: body of its example has number, lines, open, more. Where a request has none it is null.',
      position: 7,
    })
    expect((await api.call('POST /app/other/flow/takes/publish')).body['warnings']).toEqual(created['warnings'])
    await api.call('PATCH /app/other/listener/orders', {
      body: { expected: { query: [{ name: 'pages' }], body: { nmber: 1, lines: [] } } },
    })
    expect((await api.call('GET /app/other/flow/takes')).body['warnings']).toMatchObject([
      { pointer: '/steps/0/meta/a' },
      { pointer: '/steps/0/meta/c' },
      { pointer: '/steps/0/meta/d' },
      { pointer: '/steps/0/meta/f' },
    ])
  })

  test('R33: an answer that nobody hears is warned of, as the listener is now', async () => {
    await api.call('POST /app', { body: { uid: 'unheard', name: 'Unheard' } })
    const at = (rest: object) => api.call('PATCH /app/unheard/listener/orders', { body: rest })
    await api.call('POST /app/unheard/listener', {
      body: { uid: 'orders', name: 'Orders', suffix: '/orders', auth: { kind: 'none' }, reply: { mode: 'at_once' } },
    })
    const steps = [
      { id: 'big', kind: 'branch', if: '{{ body.total > 9 }}', then: [{ id: 'no', kind: 'webhook_response', status: 422 }] },
      { id: 'yes', kind: 'webhook_response' },
    ]
    const flow = { uid: 'answers', name: 'Answers', trigger: { kind: 'webhook', listener: 'orders' }, steps }
    const atOnce =
      'Nobody hears this answer: the listener "orders" answers at once. Set its reply.mode to "auto" or "flow", or take this step out.'
    const warnings = ['/steps/0/then/0/kind', '/steps/1/kind'].map((pointer) => ({ pointer, code: 'unheard_response', message: atOnce }))
    expect((await api.call('POST /app/unheard/flow', { body: flow })).body).toMatchObject({ faults: [], warnings })
    expect((await api.call('POST /app/unheard/flow/answers/publish')).body['warnings']).toEqual(warnings)
    const told = async () => (await api.call('GET /app/unheard/flow/answers')).body['warnings']
    await at({ reply: { mode: 'auto' } })
    expect(await told()).toEqual([])
    await at({ split: { items: 'body.events' } })
    expect(await told()).toMatchObject([{ message: expect.stringContaining('"orders" splits its requests into events, ') }, {}])
    await at({ split: null })
    expect(await told()).toEqual([])
  })

  test('R55: a flow that goes live without an answer, where the listener waits for one, is warned of', async () => {
    await api.call('POST /app', { body: { uid: 'unanswered', name: 'Unanswered' } })
    const listener = { uid: 'orders', name: 'Orders', suffix: '/orders', auth: { kind: 'none' }, reply: { mode: 'flow' } }
    await api.call('POST /app/unanswered/listener', { body: listener })
    const trigger = { kind: 'webhook', listener: 'orders' }
    const publish = async (uid: string, steps: object[]) => {
      await api.call(`PUT /app/unanswered/flow/${uid}`, { body: { name: uid, trigger, steps } })
      return (await api.call(`POST /app/unanswered/flow/${uid}/publish`)).body['warnings']
    }
    const silent = [{ id: 'stop', kind: 'stop' }]
    const warning = { pointer: '/steps', code: 'no_response', message: expect.stringContaining('"orders" waits for a flow') }
    expect(await publish('first', silent)).toEqual([warning])
    expect(await publish('second', [{ id: 'yes', kind: 'webhook_response' }])).toEqual([])
    // Another one answers.
    expect(await publish('first', silent)).toEqual([])
    expect(await publish('second', silent)).toEqual([warning])
    await api.call('PATCH /app/unanswered/listener/orders', { body: { reply: { mode: 'auto' } } })
    expect(await publish('first', silent)).toEqual([])
  })

  test('of a draft that an older version saved is found when it is shown', async () => {
    const [before, list] = [await read(), await listed()]
    await write(tablesOf(api.deps.store).deleteFrom('flow_draft'))
    // Who saved it is not to be found anywhere.
    expect([await read(), await listed()]).toEqual([{ ...before, savedBy: null, savedByName: null }, list])
  })

  test('follows each change: a save finds it anew, and publishing ends the difference', async () => {
    const patched = await api.call('PATCH /app/shop/flow/erp', { body: { steps: [{ ...faulty[0], expression: 'body.total' }] } })
    expect(patched.body).toMatchObject({ faults: [], changed: true })
    await api.call('POST /app/shop/flow/erp/publish')
    expect(await read()).toMatchObject({ faults: [], changed: false, publishedVersion: 1 })
    expect(await listed()).toMatchObject([{ changed: false }])
  })

  test('names what is not there, until it is there: a listener, a secret, a connection', async () => {
    const steps = [
      { id: 'tell', kind: 'send_webhook', url: 'https://erp.example/hook', bearerToken: '{{ secrets.erp }}' },
      { id: 'each', kind: 'for_each', items: [1], steps: [{ id: 'ask', kind: 'http_request', system: 'stock', url: '/parts' }] },
    ]
    const body = { uid: 'refers', name: 'Refers', trigger: { kind: 'webhook', listener: 'nowhere' }, steps }
    const unknown = [
      { pointer: '/trigger/listener', code: 'unknown_listener' },
      { pointer: '/steps/0/bearerToken', code: 'unknown_secret' },
      { pointer: '/steps/1/steps/0/system', code: 'unknown_connection' },
    ]
    expect((await api.call('POST /app/shop/flow', { body })).body['faults']).toMatchObject(unknown)
    expect((await api.call('PATCH /app/shop/flow/refers', { body: { notes: 'Again.' } })).body['faults']).toMatchObject(unknown)
    expect((await api.call('POST /app/shop/flow/refers/publish')).body['errors']).toMatchObject(unknown)
    await api.call('PUT /app/shop/secret/erpp', { body: { value: 'x' } })
    const named = 'There is no secret "erp" in this application. Did you mean "erpp"? Put it first.'
    expect((await api.call('GET /app/shop/flow/refers')).body['faults']).toMatchObject([{}, { message: named }, {}])
    await api.call('PUT /app/shop/secret/erp', { body: { value: 'x' } })
    await api.call('PUT /app/shop/connection/stock', { body: { baseUrl: 'https://stock.example', auth: { kind: 'none' } } })
    const faults = async () => (await api.call('GET /app/shop/flow/refers')).body['faults']
    expect(await faults()).toMatchObject(unknown.slice(0, 1))
    const listener = { uid: 'nowhere', name: 'In', system: 'custom', suffix: '/in', auth: { kind: 'none' } }
    expect((await api.call('POST /app/shop/listener', { body: listener })).status).toBe(201)
    expect(await faults()).toEqual([])
    expect((await api.call('POST /app/shop/flow/refers/publish')).status).toBe(200)
    expect((await api.call('DELETE /app/shop/flow/refers')).status).toBe(204)
  })
})
