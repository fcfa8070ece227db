import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { once } from 'node:events'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Posthorn } from './index.ts'

/** What the next connections are answered with, in order. */
const answers: ((response: ServerResponse) => void)[] = []
const asked: (string | undefined)[] = []
const server = createServer((request, response) => {
  asked.push(request.headers['last-event-id'] as string | undefined)
  answers.shift()!(response)
})
let posthorn: Posthorn
beforeAll(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  posthorn = new Posthorn({ token: 'k', serverUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })
})
afterAll(() => {
  server.close()
  server.closeAllConnections()
})

const event = (id: string, of: string) => `id: ${id}\ndata: ${JSON.stringify({ topic: 'gap', of: [of] })}\n\n`

test('comes back behind what it heard last, however events are cut, and says that it was away', async () => {
  asked.length = 0
  answers.push(
    (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      const text = `retry: 1000\nid: a.0\n\n${event('a.1', 'run')}`
      for (const letter of text) response.write(letter)
      response.end()
    },
    (response) => response.writeHead(503, { 'content-type': 'application/json', 'retry-after': '0' }).end('{"code":"stopping"}'),
    (response) => response.writeHead(200, { 'content-type': 'text/event-stream' }).write(`id: a.2\n\n${event('a.3', 'request')}`),
  )
  const said: string[] = []
  const options = { onOpen: () => void said.push('open'), onLost: () => void said.push('lost') }
  const heard: unknown[] = []
  for await (const one of posthorn.stream.listen('shop', {}, options)) {
    heard.push(one)
    if (heard.length === 2) break
  }
  expect(heard).toEqual([
    { topic: 'gap', of: ['run'] },
    { topic: 'gap', of: ['request'] },
  ])
  expect(asked).toEqual([undefined, 'a.1', 'a.1'])
  expect(said).toEqual(['open', 'lost', 'lost', 'open'])
})

test('throws what trying again cannot mend', async () => {
  answers.push((response) => response.writeHead(404, { 'content-type': 'application/json' }).end('{"code":"not_found"}'))
  await expect(posthorn.stream.listen('shop').next()).rejects.toMatchObject({ code: 'not_found', status: 404 })
})

test('ends quietly when the caller says so', async () => {
  answers.push((response) => response.writeHead(200, { 'content-type': 'text/event-stream' }).write('id: a.0\n\n'))
  const stop = new AbortController()
  const events = posthorn.stream.listen('shop', {}, { signal: stop.signal, onOpen: () => stop.abort() })
  expect(await events.next()).toEqual({ value: undefined, done: true })
})
