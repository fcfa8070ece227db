import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Received {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  /** The bytes as they came. */
  readonly body: Buffer
}

/** A receiver of webhooks that keeps everything it got, in order. */
export interface RecordingReceiver extends AsyncDisposable {
  readonly url: string
  readonly received: readonly Received[]
  /** What was received beyond the first `count`, as soon as there is one more. */
  after(count: number): Promise<Received>
}

/** Listens on a free port. `answer` says what it answers with: a status, or a status and a body. */
export async function startRecordingReceiver(
  answer: (received: Received) => number | { status: number; body: string } = () => 200,
): Promise<RecordingReceiver> {
  const received: Received[] = []
  const waiting = new Set<() => void>()
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const one = { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks) }
      received.push(one)
      for (const look of waiting) look()
      const said = answer(one)
      response.statusCode = typeof said === 'number' ? said : said.status
      response.end(typeof said === 'number' ? 'ok' : said.body)
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    after(count) {
      const { promise, resolve } = Promise.withResolvers<Received>()
      const look = () => {
        const one = received[count]
        if (!one) return
        waiting.delete(look)
        resolve(one)
      }
      waiting.add(look)
      look()
      return promise
    },
    async [Symbol.asyncDispose]() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}
