import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Svix } from 'svix'
import { Svix as Svix1 } from 'svix-1'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { lenience } from './lenience.ts'

// Each field that is taken leniently is one that an official client really sends: what nobody sends would be a hole in the strictness.

let server: Server
let url: string
/** The names in the body and in the query of the last call. */
let sent: ReadonlySet<string> = new Set()

beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request
      .on('data', (chunk: Buffer) => chunks.push(chunk))
      .on('end', () => {
        const body = chunks.length === 0 ? {} : (JSON.parse(Buffer.concat(chunks).toString()) as object)
        sent = new Set([...Object.keys(body), ...new URL(request.url!, 'http://a').searchParams.keys()])
        response.setHeader('content-type', 'application/json').end('{"data":[]}')
      })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => void server.close())

const endpoint = { url: 'https://a.example/', filterTypes: ['a.b'], rateLimit: 5, secret: null }
const application = { name: 'A', rateLimit: 5 }
const message = { eventType: 'a.b', payload: {}, deliverAt: null }

/** By operation, as the clients call it. */
const calls: Readonly<Record<string, (svix: Svix1) => Promise<unknown>>> = {
  'v1.endpoint.create': (svix) => svix.endpoint.create('app', endpoint as never),
  'v1.endpoint.update': (svix) => svix.endpoint.update('app', 'ep', endpoint as never),
  patch_endpoint: (svix) => svix.endpoint.patch('app', 'ep', endpoint as never),
  'v1.application.create': (svix) => svix.application.create(application as never),
  'v1.application.update': (svix) => svix.application.update('app', application as never),
  patch_application: (svix) => svix.application.patch('app', application as never),
  'v1.message.create': (svix) => svix.message.create('app', message as never),
  'v1.message-attempt.list-by-endpoint': (svix) => svix.messageAttempt.listByEndpoint('app', 'ep'),
  'v1.message-attempt.list-by-msg': (svix) => svix.messageAttempt.listByMsg('app', 'msg'),
  'v1.message-attempt.list-attempted-messages': (svix) => svix.messageAttempt.listAttemptedMessages('app', 'ep'),
  'v1.message-attempt.get': (svix) => svix.messageAttempt.get('app', 'msg', 'atmpt'),
}

/** Whatever the client makes of the answer: the call was heard before. Nothing, where this version has no such call. */
async function sentBy(operation: string, client: Svix1): Promise<ReadonlySet<string>> {
  sent = new Set()
  await (async () => calls[operation]!(client))().catch(() => undefined)
  return sent
}

const fields = lenience
  .filter(({ field }) => field !== '*')
  .flatMap(({ operations, field }) => operations.map((id) => [id, field] as const))

test.each(fields)('%s is sent %s by an official client', async (operation, field) => {
  const clients = [new Svix1('key', { serverUrl: url }), new Svix('key', { serverUrl: url }) as unknown as Svix1]
  const names = [await sentBy(operation, clients[0]!), await sentBy(operation, clients[1]!)]
  expect(names.some((one) => one.has(field))).toBe(true)
})
