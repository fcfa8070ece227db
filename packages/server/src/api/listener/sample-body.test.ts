import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApi, type TestApi } from '../../../../../test/support/test-api.ts'
import { parseBody, writeXml } from '#platform'

let api: TestApi
let count = 0
beforeAll(async () => {
  api = await startTestApi()
  await api.call('POST /app', { body: { uid: 'shop', name: 'Shop' } })
})
afterAll(() => api.stop())

const create = (bodyFormat: string, body: unknown) =>
  api.call('POST /app/shop/listener', {
    body: { uid: `l${++count}`, name: 'In', suffix: `/in-${count}`, auth: { kind: 'none' }, bodyFormat, expected: { body } },
  })

const ORDER = '<order id="7"><line>a</line><line>b &amp; c</line><note>n</note></order>'
const VALUES = { order: { '@id': '7', line: ['a', 'b & c'], note: 'n' } }

describe('R58: an example of a body', () => {
  test('in XML becomes the values that the mapping sees, and is simulated as XML', async () => {
    const { status, body } = await create('xml', ORDER)
    expect([status, body['expected']]).toMatchObject([201, { body: VALUES }])
    expect((await create('xml', VALUES)).status).toBe(201)
    const trigger = { kind: 'webhook', listener: String(body['uid']) }
    const steps = [{ id: 'reply', kind: 'webhook_response', status: 200, body: "{{ body.order['@id'] }} {{ body.order.line[1] }}" }]
    const flow = await api.call('POST /app/shop/flow', { body: { uid: 'reads', name: 'Reads', trigger, steps } })
    expect(flow.status, flow.text).toBe(201)
    const tested = await api.call('POST /app/shop/flow/reads/test', { body: { simulated: {} } })
    expect(tested.text).toContain('7 b & c')
  })

  test.each([
    ['xml', '<order><line></order>', 'not the XML'],
    ['xml', 'no document', 'not the XML'],
    ['xml', { a: 1, b: 2 }, 'one root element'],
    ['xml', { order: { 'two words': 1 } }, 'one root element'],
    ['xml', [1], 'one root element'],
    ['text', { a: 1 }, 'as text'],
  ])('must be what a listener with bodyFormat %s reads: %j is refused', async (bodyFormat, body, words) => {
    expect(await create(bodyFormat, body)).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/expected/body', message: expect.stringContaining(words) }] },
    })
  })

  test('must still be when only the format is changed', async () => {
    const { body } = await create('json', { a: 1, b: 2 })
    const patched = await api.call(`PATCH /app/shop/listener/${String(body['uid'])}`, { body: { bodyFormat: 'xml' } })
    expect(patched).toMatchObject({ status: 422, body: { errors: [{ pointer: '/expected/body' }] } })
    expect((await create('text', 'any text')).status).toBe(201)
  })
})

test.each([
  VALUES,
  { 'soap:Envelope': { '@xmlns:soap': 'http://x/"<', 'soap:Body': { p: ['1', { '@a': 'b', '#text': 'c<d' }, ''] } } },
  { empty: '' },
])('what XML is read as is written as a document that reads as the same: %j', (value) => {
  const document = Buffer.from(writeXml(value)!)
  const parsed = parseBody(document, { contentType: 'text/xml', format: 'auto', onMalformed: 'reject', depthMax: 100 })
  expect(parsed.kind === 'xml' && JSON.parse(JSON.stringify(parsed.value()))).toEqual(value)
})
