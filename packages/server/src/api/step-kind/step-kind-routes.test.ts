import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ownFields, stepSchemas, type StepKind } from '@posthorn/contract'
import { sampleSendWebhookBody, schemaExample } from '#domain'
import { startTestApi, type Json, type TestApi } from '../../../../../test/support/test-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
  await api.call('POST /app', { body: { uid: 'shop', name: 'Shop' } })
  await api.call('POST /app/shop/listener', { body: { uid: 'orders', name: 'Orders', suffix: '/orders', auth: { kind: 'none' } } })
  await api.call('PUT /app/shop/secret/erp', { body: { value: 'a-secret-value' } })
})
afterAll(() => api.stop())

const kinds = Object.keys(stepSchemas) as StepKind[]
const get = async (kind: string) => (await api.call(`GET /step-kind/${kind}`)).body
const list = async (query = '') => (await api.call(`GET /step-kind${query}`)).body

describe('the kinds of steps', () => {
  test('are listed by name, by section and a page at a time', async () => {
    const all = (await list('?limit=250'))['data'] as unknown as Json[]
    const names = all.map(({ kind }) => String(kind))
    expect(names).toEqual(kinds.toSorted())
    expect((await list('?section=Notify'))['data']).toMatchObject([{ kind: 'emit_event' }, { kind: 'send_webhook' }])
    const first = await list('?limit=1&order=descending')
    expect(first).toMatchObject({ data: [{ kind: names.at(-1) }], done: false })
    expect((await list(`?limit=1&order=descending&iterator=${String(first['iterator'])}`))['data']).toMatchObject([{ kind: names.at(-2) }])
    expect((await api.call('GET /step-kind/nothing')).status).toBe(404)
  })

  test('R12: Send Webhook shows what it sends, as the serializer of what is sent writes it', async () => {
    expect((await get('send_webhook'))['sampleBody']).toBe(sampleSendWebhookBody())
    expect((await get('http_request'))['sampleBody']).toBeNull()
  })

  test('say what a form is made from', async () => {
    expect(await get('send_webhook')).toMatchObject({
      ...{ label: 'Send Webhook', section: 'Notify', lists: [], docs: 'docs/flows.md#send_webhook' },
      schema: { type: 'object', additionalProperties: false, properties: { url: { type: 'string' }, timeoutMs: { maximum: 60_000 } } },
    })
    const fields = (await get('send_webhook'))['fields'] as unknown as Json[]
    expect(fields[0]).toMatchObject({ name: 'url', label: 'Webhook URL', form: 'template', required: true, otherwise: null })
    expect(fields.find(({ name }) => String(name) === 'success')).toMatchObject({ required: false, otherwise: [200, 204] })
    expect(await get('branch')).toMatchObject({ lists: ['then', 'else'] })
  })

  test.each(kinds)('%s shows every field of its schema, and has an example that a flow can be published with', async (kind) => {
    const said = await get(kind)
    const fields = said['fields'] as unknown as Json[]
    expect(fields.map(({ name }) => String(name)).toSorted()).toEqual(ownFields(kind).toSorted())
    expect(schemaExample(said['schema'])).toMatchObject({ kind })
    const trigger = { kind: 'webhook', listener: 'orders' }
    const { status, body } = await api.call('POST /app/shop/flow', { body: { name: kind, trigger, steps: [said['example']] } })
    expect(status).toBe(201)
    expect(body['faults']).toEqual([])
  })
})
