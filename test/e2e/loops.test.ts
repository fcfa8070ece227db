import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startWholeServer, type WholeServer } from './whole-server.ts'

/** As many runs as a chain may have. */
const CHAIN = 16
const LONG = { timeout: 60_000, interval: 100 }
const MINUTES_MS = 600_000

describe.each(['sqlite', 'postgres'] as const)('on %s, flows that start themselves', (engine) => {
  let server: WholeServer
  beforeAll(async () => {
    server = await startWholeServer({ engine })
    await server.make('PUT /app/default/secret/api', { value: server.key })
    await server.make('PUT /app/default/connection/self', {
      baseUrl: `${server.url}/api/v1/app/default`,
      auth: { kind: 'bearer', token: { name: 'api' } },
    })
    await server.make('POST /event-type', { name: 'loop.again', description: 'Once more.' })
    await server.make('POST /event-type', { name: 'ring.again', description: 'Round and round.' })
  })
  afterAll(() => server.stop())

  async function publish(uid: string, trigger: object, step: object): Promise<void> {
    await server.make('POST /app/default/flow', { uid, name: uid, trigger, steps: [{ id: 'again', ...step }] })
    await server.make(`POST /app/default/flow/${uid}/publish`)
  }

  async function listen(uid: string): Promise<string> {
    const listener = {
      uid,
      name: uid,
      system: 'custom',
      suffix: `/${uid}`,
      methods: ['POST'],
      auth: { kind: 'none' },
      reply: { mode: 'at_once' },
    }
    await server.make('POST /app/default/listener', listener)
    return `${server.ingressUrl}/in/default/${uid}`
  }

  interface Run {
    readonly status: string
    readonly errorCode: string | null
  }

  /** How many runs of these flows went well, and why the others did not; those that are under way are neither. */
  const endOf = async (...flows: string[]) => {
    const pages = await Promise.all(flows.map((flow) => server.call(`GET /app/default/run?flow=${flow}&limit=100`)))
    const runs = pages.flatMap(({ json }) => json['data'] as unknown as Run[])
    return {
      ok: runs.filter(({ status }) => status === 'ok').length,
      failed: runs.filter(({ status }) => status === 'ko').map(({ errorCode }) => errorCode),
      all: runs.length,
    }
  }
  /** The last of them fails with the reason; all others are well. */
  const chainEnding = (errorCode: string) => ({ ok: CHAIN - 1, failed: [errorCode], all: CHAIN })

  test.each(['http_request', 'send_webhook'])(
    'by a %s to their own listener end after 16 runs, in a fault that says so',
    { timeout: MINUTES_MS },
    async (kind) => {
      const uid = kind.replace('_', '-')
      const url = await listen(uid)
      await publish(
        uid,
        { kind: 'webhook', listener: uid },
        { kind, url, success: '2xx', ...(kind === 'http_request' && { method: 'POST' }) },
      )
      await fetch(url, { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } })
      await expect.poll(() => endOf(uid), LONG).toEqual(chainEnding('http_508'))
      const [last] = (await server.call(`GET /app/default/run?flow=${uid}&status=ko`)).json['data'] as unknown as { id: string }[]
      const run = await server.call(`GET /app/default/run/${last!.id}`)
      expect(run.text).toContain('The receiver answered 508: the call is part of a loop')
      const refused = await server.call(`GET /app/default/listener/${uid}/request?status=rejected`)
      expect(refused.text).toContain('loop_detected')
    },
  )

  test('by a job, a schedule that is run as one, or an event of the API, likewise', { timeout: MINUTES_MS }, async () => {
    const call = (url: string, body: object) => ({ kind: 'http_request', system: 'self', url, body })
    await publish('job', { kind: 'job' }, call('/run', { flow: 'job' }))
    await publish('clock', { kind: 'schedule', cron: '0 0 1 1 *' }, call('/run', { flow: 'clock' }))
    await publish('event', { kind: 'event', eventTypes: ['loop.again'] }, call('/event', { type: 'loop.again', data: {} }))
    await publish('emit', { kind: 'event', eventTypes: ['ring.again'] }, { kind: 'emit_event', eventType: 'ring.again' })
    for (const flow of ['job', 'clock']) await server.make('POST /app/default/run', { flow })
    for (const type of ['loop.again', 'ring.again']) await server.make('POST /app/default/event', { type, data: {} })
    for (const flow of ['job', 'clock', 'event']) await expect.poll(() => endOf(flow), LONG).toEqual(chainEnding('http_508'))
    await expect.poll(() => endOf('emit'), LONG).toEqual(chainEnding('chain_too_deep'))
  })

  test('in a ring of several, likewise', { timeout: MINUTES_MS }, async () => {
    const url = await listen('ring')
    await publish(
      'first',
      { kind: 'webhook', listener: 'ring' },
      { kind: 'http_request', system: 'self', url: '/run', body: { flow: 'second' } },
    )
    await publish('second', { kind: 'job' }, { kind: 'http_request', method: 'POST', url })
    await server.make('POST /app/default/run', { flow: 'second' })
    await expect.poll(() => endOf('first', 'second'), LONG).toEqual(chainEnding('http_508'))
  })

  test('by an endpoint that leads back here, likewise: the delivery says so, and is not tried again', { timeout: MINUTES_MS }, async () => {
    const url = await listen('round')
    await server.make('POST /event-type', { name: 'round.again', description: 'Comes back.' })
    await server.make('POST /app/default/endpoint', { uid: 'round', url, eventTypes: ['round.again'] })
    await publish('round', { kind: 'webhook', listener: 'round' }, { kind: 'emit_event', eventType: 'round.again' })
    await fetch(url, { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } })
    await expect.poll(() => endOf('round'), LONG).toEqual({ ok: CHAIN, failed: [], all: CHAIN })
    const failed = async () => {
      const { json } = await server.call('GET /app/default/delivery?status=failed&limit=100')
      return (json['data'] as unknown as { eventType: string }[]).filter(({ eventType }) => eventType === 'round.again')
    }
    await expect.poll(failed, LONG).toMatchObject([{ lastStatusCode: 508, attempts: 1, status: 'failed' }])
  })

  test('a caller that makes a place up is refused where it is beyond the end, and no other', async () => {
    const url = await listen('made-up')
    const from = async (place: string) => (await fetch(url, { method: 'POST', headers: { 'posthorn-chain': place } })).status
    expect(await Promise.all(['1', '16', '17', 'x'].map(from))).toEqual([202, 202, 508, 202])
  })
})
