import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { operations, type Operation } from '@posthorn/contract'
import { startTestApi, type TestApi } from '../../../../test/support/test-api.ts'

let api: TestApi
const keys = { organisationReader: '', own: '', ownReader: '', other: '' }

beforeAll(async () => {
  api = await startTestApi()
  for (const uid of ['shop', 'other']) await api.call('POST /app', { body: { uid, name: uid } })
  const make = async (body: object) => String((await api.call('POST /key', { body: { name: 'x', ...body } })).body['key'])
  keys.organisationReader = await make({ access: 'read' })
  keys.own = await make({ application: 'shop' })
  keys.ownReader = await make({ application: 'shop', access: 'read' })
  keys.other = await make({ application: 'other' })
})
afterAll(() => api.stop())

/** Calls with nothing that fits but the application, so that a call that is let in changes nothing. */
async function statusOf({ method, path, body }: Operation, key: string | null, application = 'shop'): Promise<number> {
  const filled = path.replace('{app_id}', application).replaceAll(/\{\w+\}/g, 'nothing')
  const { status } = await api.call(`${method} /${filled}`, { key, ...(body && { body: {} }) })
  return status
}

const letIn = expect.not.toSatisfy((status: number) => status === 401 || status === 403)
const called = operations
  .filter(({ scope }) => scope === 'organisation' || scope === 'application')
  .map((operation) => [operation.id, operation] as const)

describe.each(called)('%s', (_id, operation) => {
  const { scope, access } = operation

  test('asks for a key, and takes no wrong one', async () => {
    expect(await statusOf(operation, null)).toBe(401)
    expect(await statusOf(operation, `phk_${'0'.repeat(49)}`)).toBe(401)
    expect(await statusOf(operation, 'a-key-that-nobody-made-at-all')).toBe(401)
  })

  test(`${access === 'write' ? 'refuses' : 'takes'} a key that may only read`, async () => {
    expect(await statusOf(operation, keys.organisationReader)).toEqual(access === 'write' ? 403 : letIn)
    if (scope === 'application') expect(await statusOf(operation, keys.ownReader)).toEqual(access === 'write' ? 403 : letIn)
  })

  test(`${scope === 'organisation' ? 'refuses keys of applications' : "finds nothing with another application's key"}`, async () => {
    expect(await statusOf(operation, keys.other)).toBe(scope === 'organisation' ? 403 : 404)
    expect(await statusOf(operation, keys.own)).toEqual(scope === 'organisation' ? 403 : letIn)
  })

  test('answers alike for an application that is not there and one that the key may not see', async () => {
    if (scope !== 'application') return
    expect(await statusOf(operation, keys.own, 'nowhere')).toBe(404)
    expect(await statusOf(operation, keys.own, 'other')).toBe(404)
  })
})

test.each(operations.filter(({ scope }) => scope === 'public').map((operation) => [operation.id, operation] as const))(
  '%s needs no key',
  async (_id, operation) => {
    expect(await statusOf(operation, null)).toBeLessThan(300)
  },
)

test('a 401 says how to authenticate, and no answer says whose key it was', async () => {
  const { headers, body } = await api.call('GET /app', { key: null })
  expect(headers.get('www-authenticate')).toBe('Bearer')
  expect(body).toMatchObject({ code: 'authentication_failed', status: 401, requestId: expect.stringMatching(/^req_/) })
})
