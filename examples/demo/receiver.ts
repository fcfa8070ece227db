import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook } from 'standardwebhooks'

/** A customer's server: verifies each webhook with the npm package `standardwebhooks`, as a customer would. */
export interface Receiver {
  readonly url: string
  /** The secret is shown when the endpoint is made, which needs the URL first. */
  trust(secret: string): void
  readonly counts: { requests: number; verified: number; refused: number; failed: number }
  /** Ids of the GitHub deliveries that arrived and were answered with success. */
  readonly arrived: ReadonlySet<string>
  close(): Promise<void>
}

export async function startReceiver(options: { failFirst: number }): Promise<Receiver> {
  const counts = { requests: 0, verified: 0, refused: 0, failed: 0 }
  const arrived = new Set<string>()
  let verifier: Webhook | undefined
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      counts.requests++
      const answer = (status: number) => void response.writeHead(status).end()
      try {
        const event = verifier!.verify(Buffer.concat(chunks).toString('utf8'), request.headers as Record<string, string>) as {
          data: { delivery: string }
        }
        counts.verified++
        if (counts.verified <= options.failFirst) {
          counts.failed++
          return answer(503)
        }
        arrived.add(event.data.delivery)
        answer(204)
      } catch {
        counts.refused++
        answer(401)
      }
    })
  })
  server.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks`,
    trust: (secret) => void (verifier = new Webhook(secret)),
    counts,
    arrived,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
