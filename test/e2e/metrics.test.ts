import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startRecordingReceiver, type RecordingReceiver } from '../support/recording-receiver.ts'
import { fetched, startWholeServer, type WholeServer } from './whole-server.ts'

describe.each(['sqlite', 'postgres'] as const)('metrics on %s', (engine) => {
  let server: WholeServer
  let receiver: RecordingReceiver
  beforeAll(async () => {
    server = await startWholeServer({ engine })
    receiver = await startRecordingReceiver()
  })
  afterAll(async () => {
    await server.stop()
    await receiver[Symbol.asyncDispose]()
  })

  /** The value of each series. */
  const read = async (): Promise<Map<string, number>> => {
    const { status, headers, text } = await fetched(`${server.url}/metrics`)
    expect(status).toBe(200)
    expect(headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
    const series = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
    return new Map(series.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]))
  }

  /** Counted behind a commit of which nobody else hears, so it is looked for until it is there. */
  const reads = async (name: string, value: number): Promise<void> => {
    for (;;) if ((await read()).get(name) === value) return
  }

  test('count what came, what was kept of it, and what became of it, without a key', async () => {
    const about = { uid: 'shop', name: 'Shop', system: 'custom', suffix: '/shop', methods: ['POST'] }
    await server.make('POST /app/default/listener', { ...about, auth: { kind: 'none' }, dedup: { key: 'header:x-id' } })
    const flow = await server.make('POST /app/default/flow', {
      ...{ name: 'Shop', trigger: { kind: 'webhook', listener: 'shop' } },
      steps: [{ id: 'emit', kind: 'emit_event', eventType: 'invoice.paid', payload: {} }],
    })
    await server.make(`POST /app/default/flow/${String(flow['id'])}/publish`)
    await server.make('POST /app/default/endpoint', { url: receiver.url })
    const post = async (method: string) =>
      (await fetched(`${server.ingressUrl}/in/default/shop`, { method, headers: { 'x-id': 'one' }, body: '{}' })).status
    expect([await post('POST'), await post('POST'), await post('PUT')]).toEqual([202, 202, 405])
    await reads('posthorn_deliveries_finished_total{status="delivered"}', 1)
    const now = await read()
    const expected = {
      'posthorn_requests_total{outcome="accepted"}': 1,
      'posthorn_requests_total{outcome="duplicate"}': 1,
      'posthorn_requests_refused_total{code="method_not_allowed"}': 1,
      posthorn_messages_total: 1,
      posthorn_runs_started_total: 1,
      'posthorn_runs_finished_total{status="ok"}': 1,
      'posthorn_runs_finished_total{status="ko"}': 0,
      'posthorn_attempts_total{outcome="success"}': 1,
      'posthorn_attempts_total{outcome="failure"}': 0,
      'posthorn_commits_total{kind="settle"}': 1,
      'posthorn_commit_operations_total{kind="settle"}': 1,
      'posthorn_commit_errors_total{kind="settle"}': 0,
      posthorn_lanes: 1,
      posthorn_callers_waiting: 0,
      posthorn_store_ready: 1,
      posthorn_oldest_due_seconds: 0,
    }
    expect(Object.fromEntries([...now].filter(([name]) => name in expected))).toEqual(expected)
    expect(now.get('posthorn_commit_seconds_total{kind="settle"}')).toBeGreaterThan(0)
    expect(now.get('posthorn_process_resident_memory_bytes')).toBeGreaterThan(10_000_000)
    expect(now.get('posthorn_event_loop_delay_seconds{quantile="1"}')).toBeGreaterThanOrEqual(0)
  })
})
