import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { beginningAtHand, bodyAtHand, endBody } from './body-at-hand.ts'

const server = createServer()
let client: Socket
afterEach(() => {
  client.destroy()
  server.removeAllListeners('request').close()
})

/** Sends what a caller writes in one go, and gives the request a microtask after its head. */
async function receive(text: string): Promise<[IncomingMessage, ServerResponse]> {
  if (!server.listening) await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const came = once(server, 'request') as Promise<[IncomingMessage, ServerResponse]>
  client ??= connect((server.address() as AddressInfo).port, '127.0.0.1')
  if (client.destroyed) client = connect((server.address() as AddressInfo).port, '127.0.0.1')
  client.write(text)
  return came
}

const head = (length: number) => `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${length}\r\n\r\n`

test('a body that came with its head is at hand a microtask later, and its request ends with the answer', async () => {
  for (const body of ['first', 'second on the same connection']) {
    const [request, response] = await receive(head(body.length) + body)
    expect(bodyAtHand(request, body.length)?.toString()).toBe(body)
    const ended = once(request, 'close')
    const answered = once(client, 'data')
    setImmediate(() => {
      endBody(request)
      response.end('done')
    })
    await Promise.all([ended, answered])
    expect(request.readableEnded).toBe(true)
  }
})

test('an answer that is made at once ends its request as well', async () => {
  const [request, response] = await receive(`${head(3)}abc`)
  expect(bodyAtHand(request, 3)?.toString()).toBe('abc')
  const ended = once(request, 'close')
  endBody(request)
  response.end('done')
  await ended
})

test('a body that is on its way is not at hand, and nothing of it is taken', async () => {
  const [request, response] = await receive(`${head(6)}abc`)
  expect(bodyAtHand(request, 6)).toBeUndefined()
  client.write('def')
  const pieces = await request.toArray()
  expect(Buffer.concat(pieces).toString()).toBe('abcdef')
  response.end()
})

/** Pieces that arrive one after the other while nobody reads, as behind a look at the store. */
async function receivePieces(length: number, pieces: readonly string[]): Promise<[IncomingMessage, ServerResponse]> {
  const [first = '', ...rest] = pieces
  const [request, response] = await receive(head(length) + first)
  let arrived = first.length
  for (const piece of rest) {
    client.write(piece)
    arrived += piece.length
    while (request.readableLength < arrived) await new Promise(setImmediate)
  }
  return [request, response]
}

test('a body that came in several pieces is at hand as a whole', async () => {
  const [request, response] = await receivePieces(9, ['abc', 'def', 'ghi'])
  expect(bodyAtHand(request, 9)?.toString()).toBe('abcdefghi')
  const ended = once(request, 'close')
  endBody(request)
  response.end('done')
  await ended
})

test('the beginning of a body that came in several pieces is all of it that has come', async () => {
  const [request, response] = await receivePieces(12, ['abc', 'def', 'ghi'])
  expect(beginningAtHand(request, 8)?.toString()).toBe('abcdefgh')
  response.end()
})
