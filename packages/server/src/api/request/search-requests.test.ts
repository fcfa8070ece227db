import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { RequestId } from '#domain'
import type { NewRequest } from '#store'
import { acceptRequest } from '../../../../../test/support/accept-request.ts'
import { freshDatabase } from '../../../../../test/support/postgres.ts'
import { startTestApi, type TestApi } from '../../../../../test/support/test-api.ts'

describe.each(['SQLite', 'PostgreSQL'])('on %s', (engine) => {
  let api: TestApi
  let drop: (() => Promise<void>) | undefined
  const listeners: Record<string, string> = {}
  const made: RequestId[] = []

  async function accept(uid: string, fields: Partial<NewRequest> = {}, reply?: number): Promise<void> {
    const about = { app: 'shop', fields: { listener_id: listeners[uid]!, ...fields } }
    made.push(await acceptRequest(api, { ...about, ...(reply !== undefined && { run: { reply } }) }))
  }

  beforeAll(async () => {
    const database = engine === 'SQLite' ? undefined : await freshDatabase()
    drop = database?.drop
    api = await startTestApi({}, { ...(database && { databaseUrl: database.url }) })
    await api.call('POST /app', { body: { uid: 'shop', name: 'Shop' } })
    await api.call('POST /app', { body: { uid: 'other', name: 'Other' } })
    for (const uid of ['orders', 'stock', 'gone']) {
      const body = { uid, name: uid, suffix: `/${uid}`, auth: { kind: 'none' } }
      listeners[uid] = String((await api.call('POST /app/shop/listener', { body })).body['id'])
    }
    await accept('orders', { body: Buffer.from('{"order":"A-1"}') })
    await accept('stock', { status: 'rejected', reason: 'signature_mismatch', reply_status: 401, took_ms: 40 })
    await accept('gone', { dedup_key: 'evt-1', took_ms: 6000 })
    await accept('orders', { received_at: api.deps.clock.now() - 7000 }, 422)
    await accept('stock', { method: 'PUT', event_type: 'ping' }, 200)
    await api.call('DELETE /app/shop/listener/gone')
  })
  afterAll(async () => {
    await api.stop()
    await drop?.()
  })

  const found = async (query: string, app = 'shop') => {
    const { body } = await api.call(`GET /app/${app}/request?${query}`)
    return (body['data'] as unknown as { id: string }[]).map(({ id }) => made.indexOf(id as RequestId))
  }

  test('lists the requests of all listeners, deleted ones too, newest first and page by page', async () => {
    expect(await found('')).toEqual([4, 3, 2, 1, 0])
    expect(await found('', 'other')).toEqual([])
    const first = (await api.call('GET /app/shop/request?limit=2')).body
    expect(first).toMatchObject({ data: [{ listenerId: listeners['stock'] }, { listenerId: listeners['orders'] }], done: false })
    expect(await found(`limit=2&iterator=${String(first['iterator'])}`)).toEqual([2, 1])
    expect(await found(`limit=2&iterator=-${made[2]}`)).toEqual([4, 3])
  })

  test('finds by listener, status, reason, event type, method and time', async () => {
    expect(await found('listener=orders')).toEqual([3, 0])
    expect(await found(`listener=${listeners['gone']}`)).toEqual([2])
    expect(await found('status=rejected')).toEqual([1])
    expect(await found('reason=signature_mismatch')).toEqual([1])
    expect(await found('event_type=ping&method=put')).toEqual([4])
    expect(await found('after=2100-01-01T00:00:00Z')).toEqual([])
  })

  test('finds by what the caller was answered, at once or by its flow', async () => {
    expect(await found('status_code_class=200')).toEqual([4, 2, 0])
    expect(await found('status_code_class=400')).toEqual([3, 1])
    expect(await found('status_code_class=400&limit=1')).toEqual([3])
    expect(await found('status_code_class=500')).toEqual([])
  })

  test('finds by how long the answer took, at once or by its flow, and says it', async () => {
    expect(await found('min_duration_ms=5000')).toEqual([3, 2])
    expect(await found('min_duration_ms=5000&limit=1')).toEqual([3])
    expect(await found('min_duration_ms=5000&status_code_class=200')).toEqual([2])
    expect(await found('min_duration_ms=41')).toEqual([3, 2])
    // Of the first nobody knows, as of what older releases took.
    expect(await found('min_duration_ms=0')).toEqual([4, 3, 2, 1])
    const { data } = (await api.call('GET /app/shop/request')).body as unknown as { data: { durationMs: number | null }[] }
    expect(data.map(({ durationMs }) => durationMs)).toEqual([expect.any(Number), expect.any(Number), 6000, 40, null])
    expect(data[1]!.durationMs).toBeGreaterThanOrEqual(7000)
  })

  test('finds an id, a deduplication key, and text of the body', async () => {
    expect(await found(`text=${made[1]}`)).toEqual([1])
    expect(await found('text=evt-1')).toEqual([2])
    expect(await found(`text=${encodeURIComponent('"A-1"')}`)).toEqual([0])
    expect(await found('text=nothing')).toEqual([])
  })

  test.for(['listener=none', 'text=', 'status_code_class=404', 'min_duration_ms=soon'])('refuses %s by its name', async (query) => {
    const refused = await api.call(`GET /app/shop/request?${query}`)
    expect(refused.status).toBe(422)
    expect(refused.body['errors']).toMatchObject([{ pointer: `?${query.split('=')[0]}` }])
  })
})
