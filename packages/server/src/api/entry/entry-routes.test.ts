import { createHash } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ApplicationId, EntryId } from '#domain'
import { startTestApi, type TestApi } from '../../../../../test/support/test-api.ts'
import { writtenEntry } from '../../../../../test/support/written-entry.ts'

let api: TestApi
let listener = ''
beforeAll(async () => {
  api = await startTestApi()
  await api.call('POST /app', { body: { uid: 'shop', name: 'Shop' } })
  listener = String(
    (await api.call('POST /app/shop/listener', { body: { uid: 'forms', name: 'Forms', suffix: '/forms', auth: { kind: 'none' } } })).body[
      'id'
    ],
  )
})
afterAll(() => api.stop())

const sha256 = (bytes: string | Uint8Array) => createHash('sha256').update(bytes).digest('hex')

/** A request with its files, as `ingest` leaves them. */
async function receive(files: readonly (readonly [name: string | null, content: string | Uint8Array])[], body: Uint8Array | null = null) {
  const { id: owner, version } = (await api.deps.config.application('shop'))!
  const id = api.deps.ids.make('req')
  const made = { application_id: owner, listener_id: listener, request_id: id }
  const entries = await Promise.all(files.map(([name, content]) => writtenEntry(api, content, { ...made, name })))
  const request = {
    ...{ id, application_id: owner, listener_id: listener, status: 'accepted' as const, reason: null, detail: null, method: 'POST' },
    ...{ path: '/in/shop/forms', query: '', headers: '[]', ip: '192.0.2.7', content_type: 'text/plain', event_type: null, dedup_key: null },
    ...{
      run_ids: '[]',
      verified: null,
      origin: null,
      reply_status: 202,
      took_ms: null,
      received_at: Date.now(),
      body_bytes: body?.length ?? 0,
      body,
    },
    form:
      body === null
        ? JSON.stringify({
            fields: [['a', 'b']],
            files: entries.map((one) => ({
              id: one.id,
              field: one.field,
              name: one.name,
              contentType: one.content_type,
              size: one.bytes,
              sha256: one.sha256,
            })),
          })
        : null,
  }
  await api.deps.committer.accept({
    application: { id: owner as ApplicationId, version },
    dedups: [],
    request,
    runs: [],
    messages: [],
    entries,
  })
  await api.deps.store.files.keep(entries.map((one) => one.id))
  return { request: id, entries }
}

const idsOf = async (query = '') =>
  ((await api.call(`GET /app/shop/entry${query}`)).body['data'] as unknown as { id: string }[]).map(({ id }) => id)

async function download(id: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  return fetch(`${api.url}/api/v1/app/shop/entry/${id}/content`, { headers: { authorization: `Bearer ${api.key}`, ...headers } })
}

test('R99: files are listed, the newest first, by listener, request and time, a page at a time', async () => {
  const first = await receive([
    ['a.csv', '1'],
    ['b.csv', '2'],
  ])
  const second = await receive([['c.csv', '3']])
  const [a, b, c] = [...first.entries, ...second.entries].map(({ id }) => id).toSorted()
  expect((await idsOf()).slice(0, 3)).toEqual([c, b, a])
  expect(await idsOf(`?request_id=${second.request}`)).toEqual([c])
  expect((await idsOf('?listener_id=forms')).slice(0, 1)).toEqual([c])
  expect((await api.call('GET /app/shop/entry?listener_id=nobody')).status).toBe(404)
  expect(await idsOf('?before=2020-01-01T00:00:00Z')).toEqual([])
  const page = (await api.call('GET /app/shop/entry?limit=2')).body
  expect(page['done']).toBe(false)
  expect((await idsOf(`?limit=2&iterator=${String(page['iterator'])}`))[0]).toBe(a)
  expect((await api.call(`GET /app/shop/request/${first.request}`)).body).toMatchObject({
    body: null,
    form: { fields: [['a', 'b']], files: [{ name: 'a.csv', size: 1 }, { name: 'b.csv' }] },
  })
})

test('a download that broke off goes on where it was, of the same bytes only', async () => {
  const content = Buffer.from(Array.from({ length: 300_000 }, (_, i) => i % 251))
  const { entries } = await receive([['a.bin', content]])
  const { id } = entries[0]!
  const whole = await download(id)
  const etag = whole.headers.get('etag')!
  expect([whole.status, whole.headers.get('accept-ranges'), etag]).toEqual([200, 'bytes', `"${sha256(content)}"`])

  const rest = await download(id, { range: 'bytes=200000-', 'if-range': etag })
  expect([rest.status, rest.headers.get('content-range'), rest.headers.get('content-length')]).toEqual([
    ...[206, 'bytes 200000-299999/300000', '100000'],
  ])
  expect(Buffer.from(await rest.arrayBuffer()).equals(content.subarray(200_000))).toBe(true)
  expect((await download(id, { range: 'bytes=200000-', 'if-range': '"other"' })).status).toBe(200)

  const outside = await download(id, { range: 'bytes=300000-' })
  expect([outside.status, outside.headers.get('content-range')]).toEqual([416, 'bytes */300000'])
  expect(await outside.json()).toMatchObject({ code: 'range_not_satisfiable', title: expect.stringContaining('Leave Range out') })

  const { request } = await receive([], Buffer.from('{"a":1}'))
  const body = await download(request.replace('req_', 'entry_'), { range: 'bytes=1-3' })
  expect([body.status, await body.text()]).toEqual([206, '"a"'])
})

test('R99: an entry shows its size, its hash and where it came from, and gives its bytes as a file to be saved', async () => {
  const content = Buffer.alloc(1_500_000, 'some bytes')
  const { request, entries } = await receive([['r\u00e9sum\u00e9.html', content]])
  const { id } = entries[0]!
  expect((await api.call(`GET /app/shop/entry/${id}`)).body).toEqual({
    ...{
      id,
      kind: 'file',
      listenerId: listener,
      requestId: request,
      field: 'list',
      name: 'r\u00e9sum\u00e9.html',
      contentType: 'text/csv',
    },
    ...{ size: content.length, sha256: sha256(content), createdAt: expect.any(String) as string },
    ...{ key: null, tags: [], version: null, updatedAt: null, expiresAt: null },
  })
  const answer = await download(id)
  expect(Buffer.from(await answer.arrayBuffer()).equals(content)).toBe(true)
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    'content-type': 'application/octet-stream',
    'content-length': '1500000',
    'content-disposition': `attachment; filename="r_sum_.html"; filename*=UTF-8''r%C3%A9sum%C3%A9.html`,
    'content-security-policy': "default-src 'none'; sandbox",
    'x-content-type-options': 'nosniff',
  })
})

test.each([
  ['../../etc/passwd', 'filename="passwd"'],
  ['C:\\x\\..\\y.txt', 'filename="y.txt"'],
  ['.htaccess', 'filename="htaccess"'],
  ['a"b.txt', `filename="a_b.txt"; filename*=UTF-8''a%22b.txt`],
  ["it's (1).txt", 'filename="it\'s (1).txt"'],
  ['100%.txt', `filename="100_.txt"; filename*=UTF-8''100%25.txt`],
  ['\u202egnp.exe', `filename="_gnp.exe"`],
  ['..', null],
  [null, null],
])('S17, S19: the name %j is no path, and cannot leave its header', async (name, shown) => {
  const { entries } = await receive([[name, 'x']])
  const { id } = entries[0]!
  expect((await download(id)).headers.get('content-disposition')).toBe(`attachment; ${shown ?? `filename="${id}.bin"`}`)
})

test('an empty file is empty', async () => {
  const { entries } = await receive([['empty', '']])
  const answer = await download(entries[0]!.id)
  expect([answer.status, (await answer.arrayBuffer()).byteLength]).toEqual([200, 0])
})

test('the body of a request is an entry too, under the id that its runs see', async () => {
  const body = Buffer.from('{"a":1}')
  const { request } = await receive([], body)
  const id = request.replace('req_', 'entry_')
  expect((await api.call(`GET /app/shop/entry/${id}`)).body).toMatchObject({
    id,
    kind: 'body',
    requestId: request,
    size: 7,
    sha256: sha256(body),
    name: null,
  })
  const answer = await download(id)
  expect([await answer.text(), answer.headers.get('content-disposition')]).toEqual(['{"a":1}', `attachment; filename="${request}.bin"`])
  expect((await api.call(`DELETE /app/shop/entry/${id}`)).status).toBe(404)
  expect((await api.call(`GET /app/shop/entry/${request}`)).status).toBe(404)
})

test('a file whose bytes are gone from the disk, as after a restore without them, is not found; what is kept of it is', async () => {
  const [entry] = (await receive([['a.csv', '1']])).entries as unknown as [{ id: EntryId }]
  await rm(join(api.folder, 'files', entry.id.slice(-2), entry.id))
  const answer = await download(entry.id)
  expect([answer.status, ((await answer.json()) as { detail: string }).detail]).toEqual([
    404,
    "The server no longer has the bytes of this file. Its operator may have a backup of the folder 'files'.",
  ])
  expect((await api.call(`GET /app/shop/entry/${entry.id}`)).body).toMatchObject({ name: 'a.csv', size: 1 })
})

test('a file that was removed is gone for everybody, its bytes with it, and the audit log says who', async () => {
  const { request, entries } = await receive([
    ['a', 'x'],
    ['b', 'y'],
  ])
  const [gone, left] = entries as unknown as [{ id: EntryId }, { id: EntryId }]
  expect((await api.call(`DELETE /app/shop/entry/${gone.id}`)).status).toBe(204)
  for (const call of [`GET /app/shop/entry/${gone.id}`, `GET /app/shop/entry/${gone.id}/content`, `DELETE /app/shop/entry/${gone.id}`])
    expect((await api.call(call)).status, call).toBe(404)
  expect(await idsOf(`?request_id=${request}`)).toEqual([left.id])
  await expect(Array.fromAsync(api.deps.store.files.read(gone.id, { start: 0, end: 1 }))).rejects.toThrow()
  expect((await api.call('GET /audit?limit=1')).body['data']).toMatchObject([{ action: 'entry.deleted', target: gone.id }])
})
