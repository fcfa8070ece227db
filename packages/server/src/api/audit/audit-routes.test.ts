import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApi, type TestApi } from '../../../../../test/support/test-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
  await api.call('POST /app', { body: { uid: 'shop', name: 'Shop' } })
  await api.call('PATCH /app/shop', { body: { name: 'The Shop' } })
  await api.call('PUT /app/shop/secret/erp', { body: { value: 'x' } })
  await api.call('POST /app', { body: { uid: 'other', name: 'Other' } })
})
afterAll(() => api.stop())

const list = async (query = '') =>
  (await api.call(`GET /audit${query}`)).body['data'] as unknown as { id: string; at: string; action: string }[]
const actions = async (query: string) => (await list(query)).map(({ action }) => action)

describe('the audit log', () => {
  test('shows every change, newest first: who, what, before, after, from where', async () => {
    const entries = await list()
    expect(entries.map(({ action }) => action)).toEqual([
      'application.created',
      'secret.created',
      'application.updated',
      'application.created',
      'key.created',
    ])
    expect(entries[2]).toMatchObject({
      actor: expect.stringMatching(/^key_/),
      actorName: expect.any(String),
      before: { name: 'Shop' },
      after: { name: 'The Shop' },
      ip: '127.0.0.1',
      applicationId: expect.stringMatching(/^app_/),
    })
  })

  test('is filtered by application, action, actor, target and time', async () => {
    expect(await actions('?application=shop')).toEqual(['secret.created', 'application.updated', 'application.created'])
    expect(await actions('?action=application.updated')).toEqual(['application.updated'])
    expect(await actions('?actor=system')).toEqual(['key.created'])
    expect(await actions('?target=erp')).toEqual(['secret.created'])
    expect(await actions('?after=2100-01-01T00:00:00Z')).toEqual([])
    expect(await actions('?before=2100-01-01T00:00:00Z')).toHaveLength(5)
    expect(await actions('?after=2000-01-01T00:00:00Z&before=2001-01-01T00:00:00Z')).toEqual([])
  })

  test('compares times to the millisecond: neither bound is within', async () => {
    const all = await list()
    const { at } = all[2]!
    const around = [...(await list(`?after=${at}`)), ...(await list(`?before=${at}`))]
    expect(around).toEqual(all.filter((entry) => entry.at !== at))
  })

  test('is read a page at a time, both ways', async () => {
    const all = await list()
    const first = (await api.call('GET /audit?limit=2')).body
    const second = (await api.call(`GET /audit?limit=2&iterator=${String(first['iterator'])}`)).body
    expect([...(first['data'] as unknown as object[]), ...(second['data'] as unknown as object[])]).toEqual(all.slice(0, 4))
    const back = (await api.call(`GET /audit?limit=2&iterator=${String(second['prevIterator'])}`)).body
    expect(back['data']).toEqual(first['data'])
  })

  test('refuses a time that is none', async () => {
    const refused = await api.call('GET /audit?after=yesterday')
    expect(refused.status).toBe(422)
    expect(refused.body['errors']).toMatchObject([{ pointer: '?after' }])
  })
})
