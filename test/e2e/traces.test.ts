import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startRecordingReceiver, type Received, type RecordingReceiver } from '../support/recording-receiver.ts'
import { fetched, startWholeServer, type WholeServer } from './whole-server.ts'

const LONG = { timeout: 60_000, interval: 50 }
const TRACE_ID = '0af7651916cd43dd8448eb211c80319c'
const TRACEPARENT = `00-${TRACE_ID}-b7ad6b7169203331-01`

/** What receivers are told of a trace where nobody collects traces: what the caller said, and nothing else. */
describe.each(['sqlite', 'postgres'] as const)('on %s, without a collector', (engine) => {
  let server: WholeServer
  let receiver: RecordingReceiver
  beforeAll(async () => {
    receiver = await startRecordingReceiver()
    server = await startWholeServer({ engine })
    await server.make('POST /event-type', { name: 'order.made', description: 'An order.' })
    await server.make('POST /app/default/endpoint', { url: `${receiver.url}/endpoint`, eventTypes: ['order.made'] })
    await server.make('POST /app/default/endpoint', {
      url: `${receiver.url}/own`,
      eventTypes: ['order.made'],
      headers: { Traceparent: 'their own' },
    })
    await server.make('POST /app/default/listener', {
      ...{ uid: 'shop', name: 'shop', system: 'custom', suffix: '/shop', methods: ['POST'] },
      ...{ auth: { kind: 'none' }, reply: { mode: 'at_once' } },
    })
    await publish('shop', { kind: 'webhook', listener: 'shop' }, [
      { id: 'ask', kind: 'http_request', method: 'POST', url: `${receiver.url}/ask` },
      { id: 'notify', kind: 'send_webhook', url: `${receiver.url}/notify`, success: '2xx' },
      { id: 'emit', kind: 'emit_event', eventType: 'order.made' },
    ])
    await publish('made', { kind: 'event', eventTypes: ['order.made'] }, [
      { id: 'tell', kind: 'send_webhook', url: `${receiver.url}/tell`, success: '2xx' },
    ])
    await publish('job', { kind: 'job' }, [{ id: 'work', kind: 'send_webhook', url: `${receiver.url}/work`, success: '2xx' }])
  })
  afterAll(async () => {
    await server.stop()
    await receiver[Symbol.asyncDispose]()
  })

  async function publish(uid: string, trigger: object, steps: readonly object[]): Promise<void> {
    await server.make('POST /app/default/flow', { uid, name: uid, trigger, steps })
    await server.make(`POST /app/default/flow/${uid}/publish`)
  }

  const send = async (path: string, body: object, headers: Record<string, string>) => {
    const url = path.startsWith('/in/') ? server.ingressUrl + path : `${server.url}/api/v1${path}`
    const sent = { 'content-type': 'application/json', authorization: `Bearer ${server.key}`, ...headers }
    expect((await fetched(url, { method: 'POST', body: JSON.stringify(body), headers: sent })).status).toBeLessThan(300)
  }

  /** What came at these paths by a call, however often it is made. */
  async function receivedBy(paths: readonly string[], call: () => Promise<void>): Promise<Record<string, Received['headers']>> {
    const before = receiver.received.length
    await call()
    await expect
      .poll(
        () =>
          receiver.received
            .slice(before)
            .map(({ path }) => path)
            .toSorted(),
        LONG,
      )
      .toEqual(paths)
    return Object.fromEntries(receiver.received.slice(before).map(({ path, headers }) => [path, headers]))
  }

  const OF_REQUEST = ['/ask', '/endpoint', '/notify', '/own', '/tell']
  const OF_MESSAGE = ['/endpoint', '/own', '/tell']

  test('all that a request causes carries the trace that it came with, and never its baggage', async () => {
    const headers = { traceparent: TRACEPARENT, tracestate: 'vendor=a', baggage: 'user=7' }
    const got = await receivedBy(OF_REQUEST, () => send('/in/default/shop', {}, headers))
    for (const path of ['/ask', '/notify', '/endpoint', '/tell']) {
      expect(got[path], path).toMatchObject({ traceparent: TRACEPARENT, tracestate: 'vendor=a' })
    }
    expect(got['/own']).toMatchObject({ traceparent: 'their own' })
    expect(got['/own']).not.toHaveProperty('tracestate')
    for (const each of Object.values(got)) expect(each).not.toHaveProperty('baggage')
  })

  test('so does all that a call of the API causes: a message, an event, a batch and a job', async () => {
    const headers = { traceparent: TRACEPARENT }
    const message = { eventType: 'order.made', payload: {} }
    for (const [path, body] of [
      ['/app/default/event', { type: 'order.made', data: {} }],
      ['/app/default/msg', message],
      ['/app/default/msg/batch', { messages: [message] }],
    ] as const) {
      const got = await receivedBy(OF_MESSAGE, () => send(path, body, headers))
      expect([got['/endpoint'], got['/tell']], path).toMatchObject([headers, headers])
    }
    const job = await receivedBy(['/work'], () => send('/app/default/run', { flow: 'job' }, headers))
    expect(job['/work']).toMatchObject(headers)
  })

  test('nothing is made up where nothing was said, or nothing that can be read', async () => {
    for (const headers of [{}, { traceparent: TRACEPARENT.toUpperCase(), tracestate: 'vendor=a' }, { tracestate: 'vendor=a' }]) {
      const got = await receivedBy(OF_REQUEST, () => send('/in/default/shop', {}, headers as Record<string, string>))
      for (const path of ['/ask', '/notify', '/endpoint', '/tell']) {
        expect(got[path], path).not.toHaveProperty('traceparent')
        expect(got[path], path).not.toHaveProperty('tracestate')
      }
    }
  })

  test('the log of attempts shows it', async () => {
    await receivedBy(OF_REQUEST, () => send('/in/default/shop', {}, { traceparent: TRACEPARENT }))
    const { json } = await server.call('GET /app/default/delivery?limit=20')
    const ids = (json['data'] as unknown as { id: string }[]).map(({ id }) => id)
    const logs = await Promise.all(ids.map((id) => server.call(`GET /app/default/delivery/${id}/attempt`)))
    expect(logs.some(({ text }) => text.includes(TRACEPARENT))).toBe(true)
  })
})

/** Starts a server of the sources, stops it, and says which files of the room of traces it loaded. */
const program = `
import { registerHooks } from 'node:module'
const loaded = []
registerHooks({ load(url, context, next) { loaded.push(url); return next(url, context) } })
const { startServer } = await import('@posthorn/server')
const server = await startServer({ environment: JSON.parse(process.argv[1]), flags: {}, file: undefined, dev: true })
await server.stop()
process.stdout.write(JSON.stringify(loaded.filter((url) => /server\\/src\\/traces\\//.test(url)).map((url) => url.split('/').at(-1))))
process.exit()`

test('nothing of it is loaded where no collector is set', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'posthorn-traces-'))
  const loadedWith = async (environment: Record<string, string>) => {
    const all = { POSTHORN_PORT: '0', POSTHORN_DATA: folder, POSTHORN_LOG_LEVEL: 'error', POSTHORN_STORE_THREAD: 'never', ...environment }
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program, JSON.stringify(all)])
    return JSON.parse(stdout) as string[]
  }
  expect(await loadedWith({})).toEqual([])
  expect(await loadedWith({ POSTHORN_OTLP_URL: 'http://127.0.0.1:9' })).toContain('span-exporter.ts')
  await rm(folder, { recursive: true, force: true })
})
