import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, expectTypeOf, test } from 'vitest'
import { startTestApi, type TestApi } from '../../../../test/support/test-api.ts'
import { Posthorn, PosthornError, type ListenerOut } from './index.ts'

describe('the client', () => {
  let api: TestApi
  let posthorn: Posthorn
  beforeAll(async () => {
    api = await startTestApi()
    posthorn = new Posthorn({ serverUrl: `${api.url}/`, token: api.key })
  })
  afterAll(() => api.stop())

  test('creates, reads, changes and deletes, typed by the contract', async () => {
    const application = await posthorn.application.create({ name: 'Shop', uid: 'shop' })
    const listener = await posthorn.listener.create('shop', { name: 'Orders', suffix: '/orders', auth: { kind: 'none' } })
    expectTypeOf(listener).toEqualTypeOf<ListenerOut>()
    expect(listener).toMatchObject({ publicUrl: 'https://hooks.example.com/in/shop/orders' })
    expect(await posthorn.listener.get(application.id, listener.id)).toEqual(listener)
    expect(await posthorn.listener.patch('shop', listener.id, { name: 'All orders' })).toMatchObject({ name: 'All orders' })
    expect(await posthorn.listener.delete('shop', listener.id)).toBeUndefined()
    await expect(posthorn.listener.get('shop', listener.id)).rejects.toMatchObject({ code: 'not_found', status: 404 })
  })

  test('reads lists page by page, and item by item over all pages', async () => {
    for (let i = 0; i < 5; i++) await posthorn.secret.put('shop', `s${i}`, { value: 'x' })
    const page = await posthorn.secret.list('shop', { limit: 2 })
    expect(page.data.map(({ name }) => name)).toEqual(['s0', 's1'])
    const names: string[] = []
    for await (const { name } of posthorn.secret.listAll('shop', { limit: 2, order: 'descending' })) names.push(name)
    expect(names).toEqual(['s4', 's3', 's2', 's1', 's0'])
  })

  test('rejects with the code of the catalogue and every wrong field', async () => {
    const failed = posthorn.listener.create('shop', { name: '', suffix: 'a b', auth: { kind: 'none' } })
    const error = await failed.catch((thrown: unknown) => thrown as PosthornError)
    expect(error).toBeInstanceOf(PosthornError)
    expect(error).toMatchObject({ code: 'validation_error', status: 422, requestId: expect.stringMatching(/^req_/) })
    expect((error as PosthornError).fields.map(({ pointer }) => pointer)).toEqual(['/name', '/suffix'])
    expect((error as PosthornError).message).toMatch(/\/suffix: .*hyphens/)
  })

  test('escapes what stands in a path', async () => {
    await expect(posthorn.secret.get('shop', '../secret')).rejects.toMatchObject({ code: 'not_found' })
    for (const path of ['', '.', '..']) expect(() => posthorn.secret.get('shop', path)).toThrow(TypeError)
  })

  test('refuses to begin without a token', () => {
    expect(() => new Posthorn({ token: '' })).toThrow(TypeError)
  })

  test.each(['foo', 'localhost:8400', 'ftp://localhost'])('refuses to begin with "%s" in place of the URL of a server', (serverUrl) => {
    expect(() => new Posthorn({ token: 'key', serverUrl })).toThrow(`serverUrl is "${serverUrl}"`)
  })

  test('reads answers by the parser that it is given', async () => {
    const texts: string[] = []
    const parse = (text: string): unknown => texts.push(text) && JSON.parse(text)
    const application = await new Posthorn({ serverUrl: api.url, token: api.key, parse }).application.get('shop')
    expect(texts).toEqual([JSON.stringify(application)])
  })
})

describe('the client tries again', () => {
  let stop: (() => void) | undefined
  afterEach(() => stop?.())

  interface Seen {
    readonly method: string
    readonly key: string | undefined
  }

  /** A server that answers each call with the next of the answers. */
  async function serve(
    answers: readonly ((response: ServerResponse, request: IncomingMessage) => void)[],
  ): Promise<{ posthorn: Posthorn; seen: Seen[] }> {
    const seen: Seen[] = []
    const server = createServer((request, response) => {
      request.resume()
      const answer = answers[Math.min(seen.length, answers.length - 1)]!
      seen.push({ method: request.method!, key: request.headers['idempotency-key'] as string | undefined })
      answer(response, request)
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    stop = () => {
      server.closeAllConnections()
      server.close()
    }
    const serverUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    return { posthorn: new Posthorn({ serverUrl, token: 'phk_x' }), seen }
  }

  const fail = (status: number, code: string) => (response: ServerResponse) => {
    response
      .writeHead(status, { 'content-type': 'application/json', 'retry-after': '0' })
      .end(JSON.stringify({ status, code, detail: code }))
  }
  const done = (response: ServerResponse) => void response.writeHead(200, { 'content-type': 'application/json' }).end('{"id":"app_1"}')
  const cut = (_: ServerResponse, request: IncomingMessage) => void request.socket.destroy()

  test('after a busy server and after a broken connection, with the same idempotency key', async () => {
    const { posthorn, seen } = await serve([fail(503, 'overloaded'), cut, done])
    expect(await posthorn.application.create({ name: 'x' })).toEqual({ id: 'app_1' })
    expect(seen.map(({ key }) => key)).toEqual([seen[0]!.key, seen[0]!.key, seen[0]!.key])
    expect(seen[0]!.key).toMatch(/^auto_[0-9a-f-]{36}$/)
  })

  test("with the caller's own idempotency key if there is one", async () => {
    const { posthorn, seen } = await serve([fail(503, 'overloaded'), done])
    await posthorn.application.create({ name: 'x' }, {}, { idempotencyKey: 'mine' })
    expect(seen.map(({ key }) => key)).toEqual(['mine', 'mine'])
  })

  test('only where that can help', async () => {
    const { posthorn, seen } = await serve([fail(409, 'conflict')])
    await expect(posthorn.application.create({ name: 'x' })).rejects.toMatchObject({ code: 'conflict' })
    expect(seen).toHaveLength(1)
  })

  test('a few times, and then says why', async () => {
    const { posthorn, seen } = await serve([fail(503, 'store_unavailable')])
    await expect(posthorn.application.get('x')).rejects.toMatchObject({ code: 'store_unavailable', status: 503 })
    expect(seen).toHaveLength(4)
  })

  test('and takes a DELETE for done that finds nothing the second time', async () => {
    const { posthorn } = await serve([cut, fail(404, 'not_found')])
    expect(await posthorn.application.delete('x')).toBeUndefined()
  })

  test('and tells an answer that is not of the API apart', async () => {
    const { posthorn, seen } = await serve([(response) => void response.writeHead(404).end('<h1>nginx</h1>')])
    await expect(posthorn.application.get('x')).rejects.toMatchObject({ code: 'unreadable', status: 404 })
    expect(seen).toHaveLength(1)
  })

  test('until its caller aborts', async () => {
    const { posthorn } = await serve([() => undefined])
    const aborting = new AbortController()
    const call = posthorn.application.get('x', { signal: aborting.signal })
    aborting.abort()
    await expect(call).rejects.toMatchObject({ code: 'aborted', status: null })
  })

  test('and says that nothing listens', async () => {
    const { posthorn } = await serve([done])
    stop?.()
    await expect(posthorn.application.get('x')).rejects.toMatchObject({
      code: 'network',
      message: expect.stringMatching(/cannot be reached: .*ECONNREFUSED/),
    })
  })
})
