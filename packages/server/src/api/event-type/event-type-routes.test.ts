import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApi, type TestApi } from '../../../../../test/support/test-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api.stop())

describe('an event type', () => {
  test.each([
    [{ description: 'x' }, '/name', 'required'],
    [{ name: 'a b', description: 'x' }, '/name', 'invoice.paid'],
    [{ name: '', description: 'x' }, '/name', 'invoice.paid'],
    [{ name: 'x'.repeat(257), description: 'x' }, '/name', 'at most 256'],
    [{ name: 'a' }, '/description', 'required'],
    [{ name: 'a', description: 'x', schemas: { 1: 'text' } }, '/schemas/1', 'Give an object, not a string.'],
    [{ name: 'a', description: 'x', featureFlag: 'a b' }, '/featureFlag', 'letters'],
    [{ name: 'a', description: 'x', archived: 'no' }, '/archived', 'Give a boolean, not a string.'],
  ])('%j is refused at %s', async (body, pointer, words) => {
    const refused = await api.call('POST /event-type', { body })
    expect(refused.status).toBe(422)
    expect(refused.body['errors']).toMatchObject([{ pointer, message: expect.stringContaining(words) }])
  })

  test('carries an example payload', async () => {
    const example = { invoice: { id: 'inv_1', amount: 12.5 }, tags: [null, true] }
    expect((await api.call('POST /event-type', { body: { name: 'invoice.paid', description: 'Paid', example } })).body['example']).toEqual(
      example,
    )
    expect((await api.call('GET /event-type/invoice.paid')).body['example']).toEqual(example)
    const [listed] = (await api.call('GET /event-type?with_content=true')).body['data'] as unknown as { example: unknown }[]
    expect(listed!.example).toEqual(example)
  })

  test('is put under a name that could be one', async () => {
    const refused = await api.call('PUT /event-type/a%20b', { body: { description: 'x' } })
    expect(refused).toMatchObject({ status: 422, body: { errors: [{ pointer: '/name' }] } })
    expect((await api.call('PUT /event-type/order.placed', { body: { description: 'x' } })).status).toBe(201)
  })
})

describe('an import of event types', () => {
  const post = (body: object) => api.call('POST /event-type/import', { body })

  test('R76: takes a whole catalogue that ships with the program, and changes nothing the second time', async () => {
    await api.call('POST /event-type', { body: { name: 'invoice.sent', description: 'Mine' } })
    const first = await post({ catalogue: 'invoice-maker' })
    expect(first.status).toBe(200)
    const { created, updated, unchanged } = first.body as unknown as Record<string, string[]>
    expect([created!.length + updated!.length, unchanged!.length]).toEqual([25, 0])
    expect(updated).toContain('invoice.sent')
    expect((await api.call('GET /event-type/invoice.paid')).body).toMatchObject({
      groupName: 'Invoices',
      example: { invoice: { id: expect.any(String), status: 'paid' } },
      schemas: { 1: { type: 'object' } },
    })
    const before = (await api.call('GET /event-type?with_content=true&limit=250')).body['data']
    expect((await post({ catalogue: 'invoice-maker' })).body).toMatchObject({ created: [], updated: [] })
    expect((await api.call('GET /event-type?with_content=true&limit=250')).body['data']).toEqual(before)
  })

  test('takes a list of one’s own, brings back what was archived, and writes it into the audit log', async () => {
    await api.call('POST /event-type', { body: { name: 'shop.old', description: 'Old' } })
    await api.call('DELETE /event-type/shop.old')
    const eventTypes = [
      { name: 'shop.old', description: 'Old' },
      { name: 'shop.new', description: 'New', example: { n: 1 } },
    ]
    expect((await post({ eventTypes })).body).toEqual({ created: ['shop.new'], updated: ['shop.old'], unchanged: [] })
    expect((await api.call('GET /event-type/shop.old')).body).toMatchObject({ archived: false })
    expect((await post({ eventTypes })).body).toEqual({ created: [], updated: [], unchanged: ['shop.old', 'shop.new'] })
    const audit = (await api.call('GET /audit?limit=250')).body['data'] as unknown as { action: string; after: unknown }[]
    const row = audit.filter(({ action }) => action === 'event_type.imported').find((one) => JSON.stringify(one.after).includes('shop.new'))
    expect(row!.after).toEqual({ created: ['shop.new'], updated: ['shop.old'] })
  })

  test.each([
    [{}, '', 'either'],
    [{ catalogue: 'invoice-maker', eventTypes: [{ name: 'a', description: 'x' }] }, '', 'either'],
    [{ catalogue: 'none' }, '/catalogue', '"invoice-maker"'],
    [{ eventTypes: [] }, '/eventTypes', 'at least one'],
    [{ eventTypes: [{ name: 'a b', description: 'x' }] }, '/eventTypes/0/name', 'invoice.paid'],
    [{ eventTypes: Array.from({ length: 2 }, () => ({ name: 'a', description: 'x' })) }, '/eventTypes/1/name', 'twice'],
  ])('%j is refused at %s', async (body, pointer, words) => {
    const refused = await post(body)
    expect(refused.status).toBe(422)
    expect(refused.body['errors']).toMatchObject([{ pointer, message: expect.stringContaining(words) }])
  })

  test('leaves an event type reachable that is named as it is', async () => {
    await api.call('POST /event-type', { body: { name: 'import', description: 'Goods came in' } })
    expect((await api.call('GET /event-type/import')).body).toMatchObject({ name: 'import' })
  })
})
