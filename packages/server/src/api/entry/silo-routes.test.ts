import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freshDatabase } from '../../../../../test/support/postgres.ts'
import { startTestApi, type TestApi } from '../../../../../test/support/test-api.ts'

interface Entry {
  readonly id: string
  readonly key: string | null
  readonly version: number
  readonly tags: string[]
}

describe.each(['sqlite', 'postgres'] as const)('the silo on %s', (engine) => {
  let api: TestApi
  let database: Awaited<ReturnType<typeof freshDatabase>> | undefined
  beforeAll(async () => {
    database = engine === 'postgres' ? await freshDatabase() : undefined
    api = await startTestApi({}, database && { databaseUrl: database.url })
    await api.call('POST /app', { body: { uid: 'shop', name: 'Shop' } })
  })
  afterAll(async () => {
    await api.stop()
    await database?.drop()
  })

  const make = async (body: unknown) => (await api.call('POST /app/shop/entry', { body })).body as unknown as Entry
  const replace = async (id: string, body: unknown, headers: Record<string, string> = {}, query = '') =>
    api.call(`PUT /app/shop/entry/${id}${query}`, { body, headers })
  const keysOf = async (query: string) =>
    ((await api.call(`GET /app/shop/entry?${query}`)).body['data'] as unknown as Entry[]).map(({ key }) => key)
  const download = async (id: string, query = '') =>
    fetch(`${api.url}/api/v1/app/shop/entry/${id}/content${query}`, { headers: { authorization: `Bearer ${api.key}` } })

  test('keeps a document as it came, under a key of its own, and gives it back', async () => {
    const made = await api.call('POST /app/shop/entry', { body: '{"key":"A-1","tags":["order"],"document":{ "n": 12345678901234567890 }}' })
    expect(made.status).toBe(201)
    expect(made.headers.get('etag')).toBe('"1"')
    const { id } = made.body as unknown as Entry
    expect((await api.call(`GET /app/shop/entry/${id}`)).body).toMatchObject({
      ...{ id, kind: 'silo', key: 'A-1', tags: ['order'], version: 1, contentType: 'application/json', size: 29, expiresAt: null },
    })
    expect(await (await download(id)).text()).toBe('{ "n": 12345678901234567890 }')
    const taken = await api.call('POST /app/shop/entry', { body: { key: 'A-1', document: 1 } })
    expect([taken.status, taken.body['code']]).toEqual([409, 'conflict'])
    expect(await keysOf('key=A-1')).toEqual(['A-1'])
    expect((await api.call('GET /audit?limit=1')).body['data']).toMatchObject([{ action: 'entry.created', target: id }])
  })

  test('is named by its key, as in steps, wherever its id may stand', async () => {
    const key = 'B/2 größer?'
    const { id } = await make({ key, document: { n: 1 } })
    const at = encodeURIComponent(key)
    expect((await api.call(`GET /app/shop/entry/${at}`)).body).toMatchObject({ id, key, version: 1 })
    expect((await replace(at, { document: { n: 2 } }, { 'if-match': '"1"' })).body).toMatchObject({ id, version: 2 })
    expect((await api.call(`GET /app/shop/entry/${at}/version`)).body['data']).toMatchObject([{ version: 2 }, { version: 1 }])
    expect(await (await download(at, '?version=1')).text()).toBe('{"n":1}')
    expect((await api.call(`DELETE /app/shop/entry/${at}`)).status).toBe(204)
    expect((await api.call(`GET /app/shop/entry/${id}`)).status).toBe(404)
    for (const wrong of ['n\0', '\ud800'])
      expect((await api.call('POST /app/shop/entry', { body: { key: wrong, document: 1 } })).body['errors']).toMatchObject([
        { pointer: '/key' },
      ])
  })

  test('is replaced version by version, by whoever read the last one', async () => {
    const { id } = await make({ key: 'B-1', document: { n: 1 } })
    expect((await replace(id, { document: { n: 2 } })).body).toMatchObject({ status: 428, code: 'precondition_required' })
    expect((await replace(id, { document: { n: 2 } }, { 'if-match': '"2"' })).body).toMatchObject({
      status: 412,
      code: 'precondition_failed',
    })
    const second = await replace(id, { document: { n: 2 }, keepDays: 1 }, { 'if-match': '"1"' })
    expect([second.status, second.headers.get('etag')]).toEqual([200, '"2"'])
    expect(second.body).toMatchObject({ version: 2, key: 'B-1', expiresAt: expect.any(String) })
    expect((await replace(id, { document: { n: 3 } }, {}, '?version=1')).status).toBe(412)
    const tries = await Promise.all([3, 4, 5].map((n) => replace(id, { document: { n } }, { 'if-match': '"2"' })))
    expect(tries.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 412, 412])
    expect((await replace(id, { document: { n: 9 } }, { 'if-match': '*' })).body).toMatchObject({ version: 4, expiresAt: null })
    const { data } = (await api.call(`GET /app/shop/entry/${id}/version`)).body as unknown as { data: { version: number }[] }
    expect(data.map(({ version }) => version)).toEqual([4, 3, 2, 1])
    expect(await (await download(id, '?version=1')).json()).toEqual({ n: 1 })
    expect(await (await download(id)).json()).toEqual({ n: 9 })
    expect((await download(id, '?version=7')).status).toBe(404)
  })

  test('keeps as JSON only what is JSON, and what anybody names is looked for', async () => {
    const keep = async (text: string, contentType = 'application/json') =>
      api.call('POST /app/shop/entry', { body: { content: Buffer.from(text).toString('base64'), contentType } })
    for (const text of ['{"a":', '1,"id":"entry_x"', '', '\ufffe', '['.repeat(2000)]) {
      const refused = await keep(text)
      expect([refused.status, refused.text], text.slice(0, 20)).toEqual([422, expect.stringContaining('no JSON')])
    }
    expect((await keep('{"a":', 'text/plain')).status).toBe(201)
    expect((await keep('\ufeff{"bom":"yes"}', 'application/vnd.a+json')).status).toBe(201)
    expect(await keysOf('path=bom&value=yes')).toEqual([null])
    // PostgreSQL keeps no NUL, so nothing has one.
    for (const query of ['key=a%00b', 'request_id=%00', 'path=a&value=%00']) expect(await keysOf(query), query).toEqual([])
    expect((await api.call('GET /app/shop/entry/%00')).status).toBe(404)
    expect((await api.call('GET /app/%00')).status).toBe(404)
    expect((await api.call('GET /app/shop/trail/run_%00')).status).toBe(404)
  })

  test('finds a document by its first values, of lists and objects, each once', async () => {
    const { id } = await make({
      key: 'V-1',
      document: { one: { two: [1.5, { three: null }], '': { four: true } }, same: Array.from({ length: 1000 }, () => 'x'), last: 'y' },
    })
    for (const query of [
      'path=one.two[]&value=1.5',
      'path=one.two[].three&value=null',
      'path=one..four&value=true',
      'path=same[]&value=x',
      'path=last&value=y',
    ])
      expect(await keysOf(query), query).toEqual(['V-1'])
    expect((await replace(id, { document: { n: 1 } }, { 'if-match': '"1"' })).status).toBe(200)
    expect(await keysOf('path=last&value=y')).toEqual([])
  })

  test('keeps the last twenty versions', async () => {
    const { id } = await make({ document: 0 })
    for (let n = 1; n <= 21; n++) await replace(id, { document: n }, { 'if-match': `"${n}"` })
    const { data } = (await api.call(`GET /app/shop/entry/${id}/version`)).body as unknown as { data: { version: number }[] }
    expect([data.length, data.at(-1)?.version]).toEqual([20, 3])
  })

  test('is searched by key, tag and what stands at a path, a page at a time', async () => {
    const order = (number: string, sku: string, paid: boolean) => ({ number, paid, total: 10.5, lines: [{ sku: 'x' }, { sku }] })
    await make({ key: 'C-1', tags: ['order', 'x_1'], document: order('C-1', 'a%', true) })
    await make({ key: 'C-2', tags: ['order'], document: order('C-2', 'b', false) })
    const third = await make({ key: 'C-3', tags: ['Order', 'xx1'], document: order('C-3', 'a%', true) })
    expect(await keysOf('tag=order&limit=2')).toEqual(['C-2', 'C-1'])
    expect(await keysOf('tag=x_1')).toEqual(['C-1'])
    expect(await keysOf(`path=lines[].sku&value=${encodeURIComponent('a%')}`)).toEqual(['C-3', 'C-1'])
    expect(await keysOf('path=paid&value=false')).toEqual(['C-2'])
    expect(await keysOf('path=total&value=10.5&tag=order')).toEqual(['C-2', 'C-1'])
    expect(await keysOf('path=total&value=10')).toEqual([])
    await replace(third.id, { document: { number: 'C-3' } }, { 'if-match': '"1"' })
    expect(await keysOf(`path=lines[].sku&value=${encodeURIComponent('a%')}`)).toEqual(['C-1'])
    const page = (await api.call('GET /app/shop/entry?kind=silo&limit=1')).body
    expect(page).toMatchObject({ done: false, data: [{ key: 'C-3' }] })
    expect(await keysOf(`kind=silo&limit=1&iterator=${String(page['iterator'])}`)).toEqual(['C-2'])
    expect((await api.call('GET /app/shop/entry?path=a')).body['errors']).toMatchObject([{ pointer: '?path', code: 'both_expected' }])
  })

  test('keeps files too, and is refused what is too large, both and neither', async () => {
    const { id } = await make({ name: 'a.csv', content: Buffer.from([0, 255, 10]).toString('base64'), contentType: 'text/csv' })
    const answer = await download(id)
    expect([...new Uint8Array(await answer.arrayBuffer())]).toEqual([0, 255, 10])
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="a.csv"')
    const post = async (body: unknown) => api.call('POST /app/shop/entry', { body })
    const large = await post({ document: 'x'.repeat(1024 * 1024) })
    expect([large.status, large.body['code']]).toEqual([413, 'payload_too_large'])
    for (const [body, pointer] of [
      [{}, '/document'],
      [{ document: 1, content: 'YQ==' }, '/document'],
      [{ document: 1, contentType: 'text/csv' }, '/contentType'],
      [{ document: 1, tags: ['a b'] }, '/tags/0'],
      [{ content: '%' }, '/content'],
      [{ document: 1, keepDays: 0 }, '/keepDays'],
    ] as const)
      expect((await post(body)).body['errors'], pointer).toMatchObject([{ pointer }])
  })

  test('goes when it is deleted, and when its time is over', async () => {
    const { id } = await make({ key: 'D-1', document: { d: 1 } })
    expect((await api.call(`DELETE /app/shop/entry/${id}`)).status).toBe(204)
    for (const call of ['GET', 'DELETE']) expect((await api.call(`${call} /app/shop/entry/${id}`)).status).toBe(404)
    expect(await keysOf('path=d&value=1')).toEqual([])
    await make({ key: 'D-1', document: { d: 1 }, keepDays: 1 })
    await make({ key: 'D-2', document: { d: 1 }, keepDays: 3 })
    const nothing = { requests: null, runs: null, messages: null, deliveries: null, entries: null, audit: null }
    await api.deps.store.retain({ ...nothing, now: Date.now() + 2 * 86_400_000 }, 100)
    expect(await keysOf('path=d&value=1')).toEqual(['D-2'])
    expect(await keysOf('key=D-1')).toEqual([])
  })
})
