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
