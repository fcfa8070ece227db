import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ApplicationId, type RequestId } from '#domain'
import type { NewRequest } from '#store'
import { startTestApi, type TestApi } from '../../../../../test/support/test-api.ts'

let api: TestApi
let listener = ''
const made: RequestId[] = []

/** As `ingest` puts it there. */
async function accept(fields: Partial<NewRequest>): Promise<RequestId> {
  const application = (await api.deps.config.application('shop'))!
  const id = api.deps.ids.make('req')
  const body = fields.body === undefined ? Buffer.from('{"n":1}') : fields.body
  const request: NewRequest = {
    id,
    application_id: application.id,
    listener_id: listener,
    status: 'accepted',
    reason: null,
    detail: null,
    method: 'POST',
    path: '/in/shop/orders',
    query: 'a=1',
    headers: '[["content-type","application/json"],["authorization","[redacted]"]]',
    ip: '192.0.2.7',
    content_type: 'application/json',
    event_type: 'push',
    dedup_key: null,
    run_ids: '[]',
    reply_status: 202,
    took_ms: null,
    received_at: Date.now(),
    body_bytes: body?.length ?? 0,
    ...fields,
    body,
    form: null,
    verified: null,
    origin: null,
  }
  const rejected = request.status === 'rejected'
  const owner = rejected ? null : { id: application.id as ApplicationId, version: application.version }
  await api.deps.committer.accept({ application: owner, dedups: [], request, runs: [], messages: [] })
  made.push(id)
  return id
}

beforeAll(async () => {
  api = await startTestApi()
  await api.call('POST /app', { body: { uid: 'shop', name: 'Shop' } })
  const body = { uid: 'orders', name: 'Orders', suffix: '/orders', auth: { kind: 'none' } }
  listener = String((await api.call('POST /app/shop/listener', { body })).body['id'])
  for (let i = 0; i < 4; i++) await accept({})
  await accept({ status: 'rejected', reason: 'signature_mismatch', reply_status: 401, body: Buffer.from('{"n"'), body_bytes: 90_000 })
  await accept({ method: 'PUT', event_type: 'ping', body: Buffer.from([0xff, 0xfe, 0x00]) })
})
afterAll(() => api.stop())

const idsOf = async (query: string) => {
  const { body } = await api.call(`GET /app/shop/listener/orders/request${query}`)
  return (body['data'] as unknown as { id: string }[]).map(({ id }) => id)
}
const newestFirst = () => made.toReversed()

describe('requests', () => {
  test('are listed newest first, with the verdict and without headers and bodies', async () => {
    const { body } = await api.call('GET /app/shop/listener/orders/request')
    expect(await idsOf('')).toEqual(newestFirst())
    const [, rejected] = body['data'] as unknown as object[]
    expect(rejected).toEqual({
      ...{ id: made[4], listenerId: listener, status: 'rejected', reason: 'signature_mismatch', detail: null },
      ...{ method: 'POST', path: '/in/shop/orders', query: 'a=1', ip: '192.0.2.7', contentType: 'application/json', eventType: 'push' },
      ...{
        duplicateOf: null,
        runIds: [],
        replyStatus: 401,
        durationMs: null,
        receivedAt: expect.any(String),
        bodyBytes: 90_000,
        verified: null,
        origin: null,
      },
    })
  })

  test('are filtered by status, reason, event type, method and time', async () => {
    expect(await idsOf('?status=rejected')).toEqual([made[4]])
    expect(await idsOf('?reason=signature_mismatch')).toEqual([made[4]])
    expect(await idsOf('?event_type=ping')).toEqual([made[5]])
    expect(await idsOf('?method=put')).toEqual([made[5]])
    expect(await idsOf('?after=2100-01-01T00:00:00Z')).toEqual([])
    expect(await idsOf('?before=2100-01-01T00:00:00Z')).toHaveLength(6)
  })

  test('are paged both ways', async () => {
    const first = (await api.call('GET /app/shop/listener/orders/request?limit=2')).body
    const second = await idsOf(`?limit=2&iterator=${String(first['iterator'])}`)
    expect(second).toEqual(newestFirst().slice(2, 4))
    expect(await idsOf(`?limit=2&iterator=-${second[0]}`)).toEqual(newestFirst().slice(0, 2))
  })

  test('show their headers, their body and their runs', async () => {
    const { body } = await api.call(`GET /app/shop/request/${made[0]}`)
    expect(body).toMatchObject({
      id: made[0],
      headers: [
        ['content-type', 'application/json'],
        ['authorization', '[redacted]'],
      ],
      body: { encoding: 'utf8', content: '{"n":1}', truncated: false },
      runs: [],
    })
  })

  test('show a body that is no text as base64, and say what was cut off', async () => {
    expect((await api.call(`GET /app/shop/request/${made[5]}`)).body['body']).toEqual({
      encoding: 'base64',
      content: '//4A',
      truncated: false,
    })
    expect((await api.call(`GET /app/shop/request/${made[4]}`)).body['body']).toMatchObject({ truncated: true })
  })

  test('let their body be downloaded as it came, as nothing that a browser would run', async () => {
    const answer = await fetch(`${api.url}/api/v1/app/shop/request/${made[5]}/body`, { headers: { authorization: `Bearer ${api.key}` } })
    expect(new Uint8Array(await answer.arrayBuffer())).toEqual(new Uint8Array([0xff, 0xfe, 0x00]))
    expect(answer.headers.get('content-type')).toBe('application/octet-stream')
    expect(answer.headers.get('content-disposition')).toBe(`attachment; filename="${made[5]}.bin"`)
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
  })

  test('of which only the beginning is kept are not replayed', async () => {
    expect((await api.call(`POST /app/shop/request/${made[4]}/replay`)).body['code']).toBe('missing_payload')
  })

  test('of another application are not found', async () => {
    await api.call('POST /app', { body: { uid: 'other', name: 'Other' } })
    expect((await api.call(`GET /app/other/request/${made[0]}`)).status).toBe(404)
    expect((await api.call(`GET /app/other/request/${made[0]}/body`)).status).toBe(404)
  })

  test.each([['status=lost'], ['limit=0'], ['limit=251'], ['after=soon'], ['iterator=-']])('refuse the query %s', async (query) => {
    const refused = await api.call(`GET /app/shop/listener/orders/request?${query}`)
    expect(refused.status).toBe(422)
    expect(refused.body['errors']).toMatchObject([{ pointer: `?${query.split('=')[0]}` }])
  })
})

test('of a large body the beginning is shown, cut between two characters, and all of it is given as bytes', async () => {
  const body = Buffer.from(`a${'€'.repeat(100_000)}`)
  const id = await accept({ body })
  const shown = (await api.call(`GET /app/shop/request/${id}`)).body['body'] as unknown as {
    content: string
    encoding: string
    truncated: boolean
  }
  expect(shown).toMatchObject({ encoding: 'utf8', truncated: true })
  expect(body.toString().startsWith(shown.content)).toBe(true)
  expect(Buffer.byteLength(shown.content)).toBeGreaterThan(256 * 1024 - 4)
  expect((await api.call(`GET /app/shop/request/${id}/body`)).text).toBe(body.toString())
})
