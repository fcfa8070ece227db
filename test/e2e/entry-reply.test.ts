import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fetched, startWholeServer, type Answer, type WholeServer } from './whole-server.ts'

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

describe.each(['sqlite', 'postgres'] as const)('R55: a flow that answers with an entry, on %s', (engine) => {
  let server: WholeServer
  beforeAll(async () => {
    server = await startWholeServer({ engine })
    await answering('upload', { entry: '{{ trigger.files[0].id }}' })
    await answering('fetch', { entry: '{{ query.entry }}', headers: { 'Cache-Control': 'no-store' } })
  })
  afterAll(() => server.stop())

  async function answering(name: string, fields: object): Promise<void> {
    const dedup = { key: 'header:x-id' }
    await server.make('POST /app/default/listener', {
      ...{ uid: name, name, suffix: `/${name}`, auth: { kind: 'none' }, methods: ['POST', 'GET', 'HEAD'], dedup },
      reply: { mode: 'flow', timeoutMs: 60_000 },
    })
    const steps = [{ id: 'reply', kind: 'webhook_response', ...fields }]
    const flow = await server.make('POST /app/default/flow', { name, trigger: { kind: 'webhook', listener: name }, steps })
    await server.make(`POST /app/default/flow/${String(flow['id'])}/publish`)
  }

  const upload = (content: Uint8Array<ArrayBuffer>, id: string): Promise<Answer> => {
    const form = new FormData()
    form.append('file', new Blob([content], { type: 'application/pdf' }), 'r\u00e9sum\u00e9.pdf')
    return fetched(`${server.ingressUrl}/in/default/upload`, { method: 'POST', body: form, headers: { 'x-id': id } })
  }
  const ask = (entry: string, init: RequestInit = {}) => fetched(`${server.ingressUrl}/in/default/fetch?entry=${entry}`, init)

  test('the bytes leave as they are, with their type, their size and their name, for copies too', async () => {
    const content = randomBytes(3_000_000)
    const first = await upload(content, 'one')
    expect([first.status, sha256(first.bytes)]).toEqual([200, sha256(content)])
    expect(Object.fromEntries(first.headers)).toMatchObject({
      'content-type': 'application/pdf',
      'content-length': '3000000',
      'content-disposition': `attachment; filename="r_sum_.pdf"; filename*=UTF-8''r%C3%A9sum%C3%A9.pdf`,
      'content-security-policy': 'sandbox',
      'x-content-type-options': 'nosniff',
    })
    expect(sha256((await upload(content, 'one')).bytes)).toBe(sha256(content))
  })

  test('a document of the silo leaves as it was when the step found it; a HEAD has its head alone', async () => {
    const made = await server.make('POST /app/default/entry', { key: 'terms', document: { n: 1 } })
    const headers = { 'x-id': 'two' }
    const first = await ask('terms', { headers })
    expect([first.status, first.text, first.headers.get('content-type'), first.headers.get('cache-control')]).toEqual([
      ...[200, '{"n":1}', 'application/json', 'no-store'],
    ])
    expect(first.headers.get('content-disposition')).toBeNull()
    expect((await server.call(`PUT /app/default/entry/${String(made['id'])}?version=1`, { document: { n: 22 } })).status).toBe(200)
    expect((await ask('terms', { headers })).text).toBe('{"n":1}')
    const head = await ask('terms', { method: 'HEAD' })
    expect([head.status, head.headers.get('content-length'), head.text]).toEqual([200, '8', ''])
  })

  test('one that is not there makes the step fail; one that was removed since is said to be gone', async () => {
    expect((await ask('none')).json).toMatchObject({ error: { code: 'entry_not_found' } })
    const content = randomBytes(10)
    expect((await upload(content, 'three')).status).toBe(200)
    const [entry] = (await server.make('GET /app/default/entry?limit=1&kind=file'))['data'] as unknown as { id: string }[]
    expect((await ask(entry!.id)).bytes.length).toBe(10)
    await server.make(`DELETE /app/default/entry/${entry!.id}`)
    const copy = await upload(content, 'three')
    expect([copy.status, copy.json['code'], copy.json['detail']]).toEqual([
      ...[410, 'reply_entry_gone', `The body of the answer was the entry ${entry!.id}, which is no longer kept.`],
    ])
  })

  test('a caller that hangs up in the middle leaves the server as it was', async () => {
    const content = randomBytes(8_000_000)
    expect((await upload(content, 'four')).status).toBe(200)
    const [entry] = (await server.make('GET /app/default/entry?limit=1&kind=file'))['data'] as unknown as { id: string }[]
    const socket = connect(Number(new URL(server.ingressUrl).port), '127.0.0.1')
    socket.write(`GET /in/default/fetch?entry=${entry!.id} HTTP/1.1\r\nHost: a\r\n\r\n`)
    await once(socket, 'data')
    socket.destroy()
    expect(sha256((await ask(entry!.id)).bytes)).toBe(sha256(content))
  })
})
