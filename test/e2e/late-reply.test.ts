import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fetched, startWholeServer, type Json, type WholeServer } from './whole-server.ts'

/** Answers a step only when the test does it. */
const partner = createServer()

describe.each(['sqlite', 'postgres'] as const)('R33: a caller whose time is over (%s)', (engine) => {
  let server: WholeServer

  beforeAll(async () => {
    await new Promise<void>((resolve) => partner.listen(0, '127.0.0.1', resolve))
    server = await startWholeServer({ engine })
  }, 60_000)
  afterAll(async () => {
    await server.stop()
    partner.closeAllConnections()
    await new Promise((resolve) => partner.close(resolve))
  }, 60_000)

  test('hears that the run goes on, and the response step that comes too late is skipped', async () => {
    await server.make('POST /app', { uid: 'late', name: 'Late' })
    const reply = { mode: 'flow', timeoutMs: 300, onTimeout: 202 }
    const listener = { uid: 'in', name: 'In', system: 'custom', suffix: '/in', methods: ['POST'], auth: { kind: 'none' }, reply }
    await server.make('POST /app/late/listener', listener)
    const url = `http://127.0.0.1:${(partner.address() as AddressInfo).port}/`
    const steps = [
      { id: 'ask', kind: 'send_webhook', url, event: 'asked' },
      { id: 'answer', kind: 'webhook_response', status: 201 },
    ]
    const flow = await server.make('POST /app/late/flow', { name: 'Late', trigger: { kind: 'webhook', listener: 'in' }, steps })
    await server.make(`POST /app/late/flow/${String(flow['id'])}/publish`)

    const asked = once(partner, 'request') as Promise<[unknown, ServerResponse]>
    const told = await fetched(`${server.ingressUrl}/in/late/in`, { method: 'POST', body: '{}' })
    expect([told.status, told.json]).toEqual([202, { ok: null, runId: expect.any(String) as string, status: 'running' }])
    const [, response] = await asked
    response.end()
    const run = () => server.make(`GET /app/late/run/${String(told.json['runId'])}`)
    await expect.poll(async () => (await run())['status'], { timeout: 20_000, interval: 20 }).toBe('ok')
    const [ask, answer] = (await run())['steps'] as unknown as Json[]
    expect([ask!['status'], answer!['status'], answer!['code']]).toEqual(['OK', 'SKIP', 'already_answered'])
  })
})
