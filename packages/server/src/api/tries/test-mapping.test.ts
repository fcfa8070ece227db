import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { acceptRequest } from '../../../../../test/support/accept-request.ts'
import { startTestApi, type Json, type TestApi } from '../../../../../test/support/test-api.ts'

let api: TestApi
const requests: string[] = []
beforeAll(async () => {
  api = await startTestApi()
  await api.call('POST /app', { body: { uid: 'shop', name: 'Shop' } })
  const expected = { headers: [], query: [], body: { order: { vat: 19 } } }
  const listener = { uid: 'orders', name: 'Orders', suffix: '/orders', auth: { kind: 'none' }, expected }
  const { body } = await api.call('POST /app/shop/listener', { body: listener })
  for (const order of [{ vat: 7, net: 10 }, { net: 20 }]) {
    const bytes = Buffer.from(JSON.stringify({ order }))
    const fields = { listener_id: String(body['id']), content_type: 'application/json', body: bytes, body_bytes: bytes.length }
    requests.push(await acceptRequest(api, { app: 'shop', fields }))
  }
})
afterAll(() => api.stop())

const attempt = async (body: object) => api.call('POST /app/shop/mapping/test', { body })
const results = async (body: object) => {
  const answer = await attempt(body)
  expect(answer.status, answer.text).toBe(200)
  return answer.body['results'] as unknown as Json[]
}
const past = () => requests.map((request) => ({ request }))

describe('trying a field', () => {
  test('reads it with several past requests, and says where something is not there', async () => {
    const found = await results({ template: { vat: '{{ body.order.vat }}', text: 'net {{ body.order.net }}' }, requests: past() })
    expect(found).toMatchObject([
      { request: requests[0], value: { vat: 7, text: 'net 10' }, warnings: [], fault: null },
      { request: requests[1], value: { vat: null, text: 'net 20' }, warnings: ['body.order.vat is not there'], fault: null },
    ])
  })

  test('takes what the listener expects, a document, and what steps before it gave', async () => {
    expect(await results({ template: '{{ body.order.vat }}', listener: 'orders', requests: [{}] })).toMatchObject([{ value: 19 }])
    const steps = { erp: { status: 'KO', code: 'http_503', output: { status: 503 } } }
    const template = '{{ steps.erp.code }} {{ steps.erp.output.status }} {{ item.sku }}{{ index }} {{ meta.m }}'
    expect(await results({ template, meta: { m: 1 }, requests: [{ document: {}, steps, item: { sku: 'a' }, index: 2 }] })).toMatchObject([
      { value: 'http_503 503 a2 1' },
    ])
  })

  test.each<[string, object, unknown[]]>([
    ['conditions', { condition: '{{ body.order.vat > 10 }}' }, [false, false]],
    ['expressions', { expression: '$sum(body.order.(net + vat))' }, [17, null]],
    ['code', { source: 'return body.order.net * 2' }, [20, 40]],
  ])('reads %s', async (_what, field, values) => {
    expect((await results({ ...field, requests: past() })).map((one) => one['value'])).toEqual(values)
  })

  test('says what fails with one of the requests, and the others all the same', async () => {
    const found = await results({
      template: { rate: '{{ body.rate | divided_by: body.by }}' },
      requests: [{ document: { rate: 4, by: 2 } }, { document: { rate: 4, by: 0 } }],
    })
    expect(found[0]).toMatchObject({ value: { rate: 2 }, fault: null })
    expect(found[1]).toMatchObject({ fault: null })
    const thrown = await results({ expression: '$number(body.n)', requests: [{ document: { n: 'x' } }, { document: { n: '1' } }] })
    expect(thrown).toMatchObject([
      { value: null, fault: { code: 'transform_error' } },
      { value: 1, fault: null },
    ])
  })

  test('ends what would not end', async () => {
    expect(await results({ source: 'for (;;);', requests: [{}] })).toMatchObject([{ value: null, fault: { code: 'timeout' } }])
  })

  test.each<[string, object, object]>([
    ['a path of nothing', { template: { a: { b: 'x {{ bdy.n }}' } } }, { pointer: '/template/a/b', code: 'template_error', position: 6 }],
    ['a filter that is none', { template: '{{ body.n | upcasee }}' }, { pointer: '/template', position: 13 }],
    ['a step that nobody told of', { template: '{{ steps.erp.output }}' }, { pointer: '/template', position: 4 }],
    ['secrets', { template: '{{ secrets.erp }}' }, { pointer: '/template' }],
    ['a condition that is text', { condition: 'yes {{ body.n }}' }, { pointer: '/condition', code: 'invalid_condition' }],
    ['an expression that cannot be read', { expression: '$sum(' }, { pointer: '/expression', code: 'invalid_expression' }],
    ['code that cannot be read', { source: 'return (' }, { pointer: '/source' }],
    ['nothing', {}, { pointer: '/template', code: 'one_of' }],
    ['two of them', { template: 1, expression: '1' }, { pointer: '/expression', code: 'one_of' }],
    ['a listener that is not there', { template: 1, listener: 'nobody' }, { pointer: '/listener', code: 'unknown_listener' }],
    ['a request that is not there', { template: 1, requests: [{}, { request: 'req_none' }] }, { pointer: '/requests/1/request' }],
    ['a simulation of no listener', { template: 1, requests: [{ simulated: {} }] }, { pointer: '/requests/0/simulated' }],
  ])('refuses %s, and says where it stands', async (_what, field, fault) => {
    const { status, body } = await attempt({ requests: [{}], ...field })
    expect(status).toBe(422)
    expect(body['errors']).toMatchObject([fault])
  })
})
