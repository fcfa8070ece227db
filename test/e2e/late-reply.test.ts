import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fetched, startWholeServer, type Json, type WholeServer } from './whole-server.ts'

const MINUTE_MS = 60_000

describe.each(['sqlite', 'postgres'] as const)('R33: a caller whose time is over (%s)', (engine) => {
  /** Answers a step only when the test does it. */
  const partner = createServer()
  let server: WholeServer
  let inlet = 0

  beforeAll(async () => {
    await new Promise<void>((resolve) => partner.listen(0, '127.0.0.1', resolve))
    server = await startWholeServer({ engine })
    await server.make('POST /app', { uid: 'late', name: 'Late' })
  }, MINUTE_MS)
  afterAll(async () => {
    await server.stop()
    partner.closeAllConnections()
    await new Promise((resolve) => partner.close(resolve))
  }, MINUTE_MS)

  /** A listener whose flow asks the partner first, then answers 201. */
  async function openInlet(reply: { timeoutMs: number; onTimeout: number }): Promise<string> {
    const uid = `in-${++inlet}`
    const about = { uid, name: 'In', system: 'custom', suffix: `/${uid}`, methods: ['POST'], auth: { kind: 'none' } }
    await server.make('POST /app/late/listener', { ...about, dedup: { key: 'header:x-id' }, reply: { mode: 'flow', ...reply } })
    const url = `http://127.0.0.1:${(partner.address() as AddressInfo).port}/`
    const steps = [
      { id: 'ask', kind: 'send_webhook', url, event: 'asked' },
      { id: 'answer', kind: 'webhook_response', status: 201 },
    ]
    const flow = await server.make('POST /app/late/flow', { name: 'Late', trigger: { kind: 'webhook', listener: uid }, steps })
    await server.make(`POST /app/late/flow/${String(flow['id'])}/publish`)
    return `${server.ingressUrl}/in/late/${uid}`
  }

  const post = (url: string, signal?: AbortSignal) =>
    fetched(url, { method: 'POST', body: '{}', headers: { 'x-id': 'one' }, ...(signal && { signal }) })
  const asked = async () => ((await once(partner, 'request')) as [unknown, ServerResponse])[1]

  async function ended(runId: string): Promise<Json> {
    const run = () => server.make(`GET /app/late/run/${runId}`)
    await expect.poll(async () => (await run())['status'], { timeout: MINUTE_MS, interval: 20 }).toBe('ok')
    return run()
  }

  const stepsOf = (run: Json) => (run['steps'] as unknown as Json[]).map((step) => [step['id'], step['status'], step['code']])
  const skipped = [
    ['ask', 'OK', null],
    ['answer', 'SKIP', 'already_answered'],
  ]
  const answered = [
    ['ask', 'OK', null],
    ['answer', 'OK', null],
  ]

  test(
    'hears that the run goes on; the response step that comes too late is skipped, and copies hear what the caller heard',
    async () => {
      const url = await openInlet({ timeoutMs: 300, onTimeout: 202 })
      const response = asked()
      const said = await post(url)
      expect([said.status, said.json]).toEqual([202, { ok: null, runId: expect.any(String) as string, status: 'running' }])
      expect(await post(url)).toMatchObject({ status: 202, json: said.json })
      ;(await response).end()
      const run = await ended(String(said.json['runId']))
      expect(stepsOf(run)).toEqual(skipped)
      expect(await post(url)).toMatchObject({ status: 202, json: said.json })
      // It says how long its caller waited, which its copies did not.
      const slow = (await server.make('GET /app/late/request?min_duration_ms=250'))['data'] as unknown as Json[]
      expect(slow).toMatchObject([{ status: 'accepted', replyStatus: 202, runIds: [said.json['runId']] }])
      expect(slow[0]!['durationMs']).toBeLessThan(MINUTE_MS)
    },
    MINUTE_MS,
  )

  test(
    'but hung up before leaves the answer to the flow, and its copies hear that',
    async () => {
      const url = await openInlet({ timeoutMs: 600, onTimeout: 202 })
      const response = asked()
      const hungUp = new AbortController()
      const caller = post(url, hungUp.signal)
      const partnerAnswer = await response
      hungUp.abort()
      await expect(caller).rejects.toThrow()
      // Its time passes with nobody there.
      await new Promise((resolve) => setTimeout(resolve, 900))
      partnerAnswer.end()
      const [row] = (await server.make('GET /app/late/run?limit=1'))['data'] as unknown as Json[]
      const run = await ended(String(row!['id']))
      expect(stepsOf(run)).toEqual(answered)
      expect((await post(url)).status).toBe(201)
    },
    MINUTE_MS,
  )

  test(
    'and was asked to try again (500 or more) hears the flow when it does',
    async () => {
      const url = await openInlet({ timeoutMs: 300, onTimeout: 504 })
      const response = asked()
      const said = await post(url)
      expect(said.status).toBe(504)
      ;(await response).end()
      expect(stepsOf(await ended(String(said.json['runId'])))).toEqual(answered)
      expect((await post(url)).status).toBe(201)
    },
    MINUTE_MS,
  )
})
