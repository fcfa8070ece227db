import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createEgress, systemClock } from '#platform'
import { startTestApi, type Json, type TestApi } from '../../../../../test/support/test-api.ts'
import { sealHeaders } from './endpoint-headers.ts'

let api: TestApi
/** As an installation is by default: https only, no private addresses. */
const egress = createEgress({ clock: systemClock })
beforeAll(async () => {
  api = await startTestApi({}, { egress })
  await api.call('POST /app', { body: { uid: 'shop', name: 'Shop' } })
  await api.call('POST /event-type', { body: { name: 'invoice.paid', description: 'Paid' } })
})
afterAll(() => api.stop())

const url = 'https://example.com/hook'
const create = (body: unknown) => api.call('POST /app/shop/endpoint', { body })

interface Fault {
  readonly pointer: string
  readonly message: string
  readonly code: string
}
const faultsOf = async (answer: Promise<{ status: number; body: Json }>): Promise<Fault[]> => {
  const { status, body } = await answer
  expect(status).toBe(422)
  expect(body).toMatchObject({ code: 'validation_error', status: 422, requestId: expect.stringMatching(/^req_/) })
  const faults = body['errors'] as unknown as Fault[]
  // Svix's clients read `detail`, ours read `errors`: both say the same.
  expect(body['detail']).toEqual(
    faults.map(({ pointer, message, code }) => ({ loc: ['body', ...pointer.split('/').slice(1)], msg: message, type: code })),
  )
  return faults
}

describe('the URL of an endpoint', () => {
  test.each([
    'https://127.0.0.1/hook',
    'https://127.1/hook',
    'https://2130706433/hook',
    'https://0x7f.0.0.1/hook',
    'https://0177.0.0.1/hook',
    'https://0/hook',
    'https://localhost/hook',
    'https://localhost./hook',
    'https://any.localhost/hook',
    'https://LOCALHOST/hook',
    'https://%6c%6f%63%61%6c%68%6f%73%74/hook',
    'https://１２７.０.０.１/hook',
    'https://10.1.2.3/hook',
    'https://172.16.0.1/hook',
    'https://192.168.1.1/hook',
    'https://169.254.169.254/latest/meta-data',
    'https://100.100.100.200/hook',
    'https://[::1]/hook',
    'https://[::]/hook',
    'https://[::ffff:127.0.0.1]/hook',
    'https://[::ffff:7f00:1]/hook',
    'https://[fd00:ec2::254]/hook',
    'https://[fe80::1]/hook',
    'https://[64:ff9b::10.0.0.1]/hook',
    'https://[2002:7f00:1::]/hook',
  ])('may not be a private address, however it is spelled: %s', async (spelled) => {
    const [fault, ...rest] = await faultsOf(create({ url: spelled }))
    expect(rest).toEqual([])
    expect(fault).toMatchObject({ pointer: '/url', code: 'address_refused', message: expect.stringContaining('POSTHORN_EGRESS_ALLOW') })
  })

  test('R63: is https, unless the operator allows http', async () => {
    const [fault] = await faultsOf(create({ url: 'http://example.com/hook' }))
    expect(fault).toMatchObject({ pointer: '/url', code: 'scheme_refused', message: expect.stringContaining('POSTHORN_ALLOW_HTTP') })
    const allowing = await startTestApi({}, { egress: createEgress({ clock: systemClock, allowHttp: true }) })
    try {
      await allowing.call('POST /app', { body: { uid: 'shop', name: 'Shop' } })
      expect((await allowing.call('POST /app/shop/endpoint', { body: { url: 'http://example.com/hook' } })).status).toBe(201)
    } finally {
      await allowing.stop()
    }
  })

  test.each([
    ['ftp://example.com/', 'scheme_refused'],
    ['javascript:alert(1)', 'scheme_refused'],
    ['example.com/hook', 'bad_url'],
    ['https://', 'bad_url'],
    ['https://exa mple.com/', 'bad_url'],
    ['https://example.com/a b', 'bad_url'],
    [' https://example.com/', 'bad_url'],
    ['https://example.com/\r\nX-Evil: 1', 'bad_url'],
    ['https://example.com:25/', 'port_refused'],
    ['https://example.com:99999/', 'bad_url'],
    ['https://user:hush@example.com/', 'url_credentials'],
    ['https://user@example.com/', 'url_credentials'],
    ['', 'too_small'],
    [`https://example.com/${'a'.repeat(8200)}`, 'too_big'],
  ])('may not be %j: %s', async (spelled, code) => {
    expect(await faultsOf(create({ url: spelled }))).toMatchObject([{ pointer: '/url', code }])
  })

  test('is checked in every operation that sets it', async () => {
    await create({ url, uid: 'checked' })
    const body = { url: 'https://10.0.0.1/' }
    for (const call of ['PUT /app/shop/endpoint/checked', 'PATCH /app/shop/endpoint/checked', 'PUT /app/shop/endpoint/fresh'])
      expect(await faultsOf(api.call(call, { body }))).toMatchObject([{ pointer: '/url', code: 'address_refused' }])
    expect((await api.call('GET /app/shop/endpoint/checked')).body['url']).toBe(url)
  })
})

const manyHeaders = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`X-${i}`, 'x'.repeat(4000)]))

describe('the other fields of an endpoint', () => {
  test.each([
    [{ eventTypes: [] }, '/eventTypes', 'at least one'],
    [{ eventTypes: ['invoice.payed'] }, '/eventTypes', "don't exist: invoice.payed"],
    [{ eventTypes: ['in*'] }, '/eventTypes/0', 'invoice.*'],
    [{ eventTypes: 'invoice.paid' }, '/eventTypes', 'Give an array, not a string.'],
    [{ uid: 'a b' }, '/uid', 'letters'],
    [{ uid: '' }, '/uid', '1 to 256'],
    [{ uid: 'ep_mine' }, '/uid', 'as ids do'],
    [{ channels: ['a b'] }, '/channels/0', 'letters'],
    [{ channels: Array.from({ length: 11 }, (_, i) => `c${i}`) }, '/channels', 'at most 10'],
    [{ state: 'asleep' }, '/state', '"active", "paused", "disabled"'],
    [{ disabled: 'yes' }, '/disabled', 'Give a boolean, not a string.'],
    [{ state: 'active', disabled: true }, '/disabled', 'Give one of the two'],
    [{ state: 'paused', disabled: true }, '/disabled', '"paused" and "disabled" is true'],
    [{ state: 'disabled', disabled: false }, '/disabled', 'contradict'],
    [{ metadata: { a: 1 } }, '/metadata/a', 'Give a string, not 1.'],
    [{ metadata: { a: 'x'.repeat(5000) } }, '/metadata', '4,096'],
    [{ throttleRate: 0 }, '/throttleRate', '1 to 65535'],
    [{ concurrency: 0 }, '/concurrency', '1 to 256'],
    [{ concurrency: 257 }, '/concurrency', 'null for the default'],
    [{ ordered: 'yes' }, '/ordered', 'Give a boolean, not a string.'],
    [{ onExhausted: 'stop' }, '/onExhausted', '"pause" to wait for you'],
    [{ throttleRate: 1.5 }, '/throttleRate', 'Give a whole number, not 1.5.'],
    [{ signing: 'md5' }, '/signing', '"standard", "svix", "hex"'],
    [{ retryPolicy: 'often' }, '/retryPolicy', '"standard", "invoice", "step"'],
    [{ retryPolicy: { waitsSeconds: [0] } }, '/retryPolicy/waitsSeconds/0', '1 to 86400'],
    [{ retryPolicy: { waitsSeconds: [1], jitter: 2 } }, '/retryPolicy/jitter', '0 to 1'],
    [{ timeoutMs: 60_001 }, '/timeoutMs', '60000'],
    [{ success: '3xx' }, '/success', '"2xx"'],
    [{ success: [100] }, '/success/0', '200 to 599'],
    [{ secret: 'short' }, '/secret', 'Leave it out'],
    [{ secret: 'whsk_bm90IGEga2V5' }, '/secret', '64 bytes'],
    [{ description: 'x'.repeat(10_001) }, '/description', '10,000'],
    [{ headers: { 'Bad Name': 'x' } }, '/headers/Bad Name', 'header name'],
    [{ headers: { 'X-Lines': 'a\r\nX-Evil: 1' } }, '/headers/X-Lines', 'line break'],
    [{ headers: { Host: 'evil.example' } }, '/headers/Host', 'connection'],
    [{ headers: { 'Webhook-Signature': 'v1,x' } }, '/headers/Webhook-Signature', 'set by signing'],
    [{ headers: { 'svix-id': 'x' } }, '/headers/svix-id', 'set by signing'],
    [{ headers: { 'x-webhook-event-id': 'x' } }, '/headers/x-webhook-event-id', 'set by signing'],
    [{ headers: { 'X-A': '1', 'x-a': '2' } }, '/headers/x-a', 'twice'],
    [{ headers: { 'X-Long': 'x'.repeat(8192) } }, '/headers/X-Long', 'may have 8192'],
    [{ headers: { ...manyHeaders, 'X-Wide': '日'.repeat(4000) } }, '/headers/X-Wide', 'has 12010 bytes'],
    [{ headers: { 'X-Number': 1 } }, '/headers/X-Number', 'Give a string, not 1.'],
    [{ headers: Object.fromEntries(Array.from({ length: 5 }, (_, i) => [`X-${i}`, 'x'.repeat(4000)])) }, '/headers', '16384'],
    [{ headers: Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`X-${i}`, ''])) }, '/headers', 'at most 50'],
  ])('%j is refused at %s', async (fields, pointer, words) => {
    const faults = await faultsOf(create({ url, ...fields }))
    expect(faults).toMatchObject([{ pointer, message: expect.stringContaining(words) }])
  })

  test('R80: a state and Svix\u2019s word for it may stand beside each other where they say the same, and only there', async () => {
    await create({ url, uid: 'both' })
    for (const [state, disabled] of [
      ['disabled', true],
      ['paused', false],
      ['active', false],
    ])
      expect(await api.call('PATCH /app/shop/endpoint/both', { body: { state, disabled } })).toMatchObject({ status: 200, body: { state } })
    const contradicting = { body: { url, state: 'active', disabled: true } }
    for (const method of ['PUT', 'PATCH'])
      expect(await faultsOf(api.call(`${method} /app/shop/endpoint/both`, contradicting))).toMatchObject([{ pointer: '/disabled' }])
  })

  test('are reported all at once', async () => {
    const faults = await faultsOf(create({ url: 'https://10.0.0.1/', eventTypes: ['nope'], headers: { Host: 'x' } }))
    expect(faults.map(({ pointer }) => pointer).toSorted()).toEqual(['/eventTypes', '/headers/Host', '/url'])
  })

  test('a body that is no object, or no JSON', async () => {
    expect(await faultsOf(create([]))).toMatchObject([{ pointer: '', message: 'Give an object, not an array.' }])
    expect(await faultsOf(create({}))).toMatchObject([{ pointer: '/url', code: 'required' }])
    expect(await create('{"url": }')).toMatchObject({ status: 400, body: { code: 'malformed_json' } })
    const latin1 = await fetch(`${api.url}/api/v1/app/shop/endpoint`, {
      method: 'POST',
      headers: { authorization: `Bearer ${api.key}` },
      body: Buffer.from('{"url":"https://example.com/\xe9"}', 'latin1'),
    })
    expect(latin1.status).toBe(400)
  })

  test('of headers alone are checked alike', async () => {
    await create({ url, uid: 'headed' })
    for (const method of ['PUT', 'PATCH'])
      expect(
        await faultsOf(api.call(`${method} /app/shop/endpoint/headed/headers`, { body: { headers: { Connection: 'close' } } })),
      ).toMatchObject([{ pointer: '/headers/Connection' }])
  })
})

describe('an endpoint that is not there', () => {
  test('answers as one of another application, and says of an application that is not there that it is that', async () => {
    await api.call('POST /app', { body: { uid: 'other', name: 'Other' } })
    const { body } = await api.call('POST /app/other/endpoint', { body: { url, uid: 'theirs' } })
    const answers = await Promise.all(
      [
        `/app/shop/endpoint/ep_${'0'.repeat(22)}`,
        `/app/shop/endpoint/${String(body['id'])}`,
        '/app/shop/endpoint/theirs',
        '/app/none/endpoint/theirs',
      ].map((path) => api.call(`GET ${path}`)),
    )
    const told = answers.map(({ status, body }) => {
      expect([status, body['code'], body['title']]).toEqual([404, 'not_found', 'There is nothing with that id or uid here.'])
      return String(body['detail']).replace(/"[^"]+"/, 'x')
    })
    const unknown = 'There is no endpoint x in this application.'
    expect(told).toEqual([unknown, unknown, unknown, 'There is no application x here.'])
  })
})

describe('headers that an endpoint has already', () => {
  const put = async (id: string, headers: object) => api.call(`PUT /app/shop/endpoint/${id}/headers`, { body: { headers } })

  test('are there twice beside one of their name in another case, in whatever order the two come', async () => {
    const id = String((await create({ url, headers: { 'x-key': 'old' } })).body['id'])
    for (const headers of [
      { 'x-key': 'old', 'X-Key': 'new' },
      { 'X-Key': 'new', 'x-key': 'old' },
    ]) {
      expect(await faultsOf(put(id, headers))).toMatchObject([{ code: 'bad_header', message: expect.stringContaining('is there twice') }])
    }
    expect((await put(id, { 'X-Key': 'new' })).status).toBe(204)
  })

  test('may stay beside a new one where they stood twice before there was a rule for it', async () => {
    const endpoint = (await create({ url })).body
    const { config, store, vault } = api.deps
    const twice = { 'x-key': 'one', 'X-Key': 'two' }
    const application = (await config.application('shop'))!
    await store.mutate({
      statements: [
        store.statements.endpoints.update(String(endpoint['id']), { headers: sealHeaders(vault, String(endpoint['id']), twice) }),
      ],
      touches: [],
      application: { id: application.id, version: application.version },
      audit: [],
    })
    await config.refresh(application.id, application.version)
    expect((await put(String(endpoint['id']), { ...twice, 'X-Other': '1' })).status).toBe(204)
    expect(await faultsOf(put(String(endpoint['id']), { ...twice, 'X-KEY': '3' }))).toHaveLength(2)
  })
})
