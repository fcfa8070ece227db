import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fetched, startWholeServer, type Answer, type Json, type WholeServer } from './whole-server.ts'

const MINUTES_MS = 600_000
const CALLERS = 4
const CALLS = 15

/** A script that changes the configuration costs nobody an answer, however fast it is and whatever it changes. */
describe.each(['sqlite', 'postgres'] as const)('while the configuration changes back to back (%s)', (engine) => {
  const receiver = createServer((_, response) => response.end())
  let server: WholeServer
  let made = 0

  beforeAll(async () => {
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
    server = await startWholeServer({ engine })
    for (const name of ['order.seen', 'never.sent']) await server.make('POST /event-type', { name, description: 'Seen.' })
    for (const uid of ['shop', 'other']) {
      await server.make('POST /app', { uid, name: uid })
      const about = { uid: 'in', name: 'In', system: 'custom', suffix: '/in', methods: ['POST'], auth: { kind: 'none' } }
      await server.make(`POST /app/${uid}/listener`, { ...about, reply: { mode: 'flow' } })
      const steps = [
        { id: 'tell', kind: 'emit_event', eventType: 'order.seen', payload: { n: '{{ body.n }}' } },
        { id: 'answer', kind: 'webhook_response', status: 201 },
      ]
      const flow = await server.make(`POST /app/${uid}/flow`, { name: 'Seen', trigger: { kind: 'webhook', listener: 'in' }, steps })
      await server.make(`POST /app/${uid}/flow/${String(flow['id'])}/publish`)
    }
  }, MINUTES_MS)
  afterAll(async () => {
    await server.stop()
    receiver.closeAllConnections()
    await new Promise((resolve) => receiver.close(resolve))
  }, MINUTES_MS)

  const url = () => `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`
  const post = (uid: string, n: number) =>
    fetched(`${server.ingressUrl}/in/${uid}/in`, {
      method: 'POST',
      body: JSON.stringify({ n }),
      headers: { 'content-type': 'application/json' },
    })
  const message = (uid: string, n: number) => server.call(`POST /app/${uid}/msg`, { eventType: 'order.seen', payload: { n } })
  const statuses = (answers: readonly Answer[]) => [
    ...new Set(answers.map(({ status, json }) => `${status} ${String(json?.['code'] ?? '')}`.trim())),
  ]

  const changes: Record<string, () => Promise<Answer>> = {
    // Nobody subscribes to what the endpoints get, so that they cost nothing but the change.
    'creates endpoints': () => server.call('POST /app/shop/endpoint', { url: url(), eventTypes: ['never.sent'] }),
    'changes the very listener': () =>
      server.call('PATCH /app/shop/listener/in', { reply: { mode: 'flow', timeoutMs: 10_000 + (made % 1000) } }),
  }

  test.each([
    { scripts: 1, what: 'creates endpoints' },
    { scripts: 4, what: 'creates endpoints' },
    { scripts: 4, what: 'changes the very listener' },
  ])(
    '$scripts script(s) that $what: every request and message is accepted',
    async ({ scripts, what }) => {
      let done = false
      const refused: Answer[] = []
      const script = async () => {
        while (!done) {
          made++
          const answer = await changes[what]!()
          if (answer.status >= 300) refused.push(answer)
        }
      }
      const storm = Array.from({ length: scripts }, script)
      const calls = async (call: (n: number) => Promise<Answer>) => {
        const lines = Array.from({ length: CALLERS }, async (_, line) => {
          const answers: Answer[] = []
          for (let i = 0; i < CALLS; i++) answers.push(await call(line * CALLS + i))
          return answers
        })
        return statuses((await Promise.all(lines)).flat())
      }
      const before = made
      const seen = await Promise.all([
        calls((n) => post('shop', n)),
        calls((n) => message('shop', n)),
        calls((n) => post('other', n)),
        calls((n) => message('other', n)),
      ])
      done = true
      await Promise.all(storm)
      expect(seen).toEqual([['201'], ['202'], ['201'], ['202']])
      expect(statuses(refused)).toEqual([])
      expect(made - before).toBeGreaterThan(scripts * 2)
    },
    MINUTES_MS,
  )

  test(
    'a message never goes to an endpoint that was disabled before it',
    async () => {
      const endpoint = await server.make('POST /app/shop/endpoint', { url: url(), eventTypes: ['order.seen'] })
      let done = false
      const storm = Array.from({ length: 2 }, async () => {
        while (!done) await changes['creates endpoints']!()
      })
      const about = `/app/shop/endpoint/${String(endpoint['id'])}`
      for (let round = 0; round < 5; round++) {
        await server.make(`PATCH ${about}`, { state: 'active' })
        await message('shop', round)
        await server.make(`PATCH ${about}`, { state: 'disabled' })
        const sent = await Promise.all([1, 2, 3].map((n) => message('shop', n)))
        for (const { status, json } of sent) {
          expect(status).toBe(202)
          const { data } = (await server.make(`GET /app/shop/delivery?message_id=${String(json['id'])}`)) as unknown as { data: Json[] }
          expect(data.filter((delivery) => delivery['endpointId'] === endpoint['id'])).toEqual([])
        }
      }
      done = true
      await Promise.all(storm)
    },
    MINUTES_MS,
  )
})
