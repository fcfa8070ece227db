import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { emptyDatabase } from '../support/postgres.ts'
import { startRecordingReceiver, type Received, type RecordingReceiver } from '../support/recording-receiver.ts'
import { startTraceCollector, type CollectedSpan, type TraceCollector } from '../support/trace-collector.ts'
import { fetched, startWholeServer, type WholeServer } from './whole-server.ts'

const LONG = { timeout: 60_000, interval: 50 }
const KEY = 'key-of-the-tests-of-traces-0123456789'
const TRACE_ID = '0af7651916cd43dd8448eb211c80319c'
const SPAN_ID = 'b7ad6b7169203331'

describe.each(['sqlite', 'postgres'] as const)('on %s, with a collector', (engine) => {
  let collector: TraceCollector
  let receiver: RecordingReceiver
  let folder: string
  let database: Awaited<ReturnType<typeof emptyDatabase>> | undefined
  let server: WholeServer
  /** What the receiver answers at a path, as often as it is there. */
  let answers: Record<string, number[]>

  beforeEach(async () => {
    answers = {}
    collector = await startTraceCollector()
    receiver = await startRecordingReceiver(({ path }) => answers[path]?.shift() ?? 200)
    folder = await mkdtemp(join(tmpdir(), 'posthorn-traces-'))
    database = engine === 'postgres' ? await emptyDatabase() : undefined
  })
  afterEach(async () => {
    await server.stop()
    await receiver[Symbol.asyncDispose]()
    await collector[Symbol.asyncDispose]()
    await database?.drop()
    await rm(folder, { recursive: true, force: true })
  })

  const start = async (environment: Record<string, string> = {}): Promise<void> => void (server = await startNode(environment))

  function startNode(environment: Record<string, string>): Promise<WholeServer> {
    return startWholeServer({
      engine: 'sqlite', // The database is ours, so that a second start finds it.
      environment: {
        POSTHORN_DATA: folder,
        POSTHORN_API_KEY: KEY,
        POSTHORN_OTLP_URL: collector.url,
        ...(database && { POSTHORN_DATABASE_URL: database.url }),
        ...environment,
      },
    })
  }

  async function build(): Promise<void> {
    await server.make('POST /event-type', { name: 'order.made', description: 'An order.' })
    await server.make('POST /app/default/endpoint', {
      url: `${receiver.url}/endpoint?token=s3cret&shown=yes`,
      eventTypes: ['order.made'],
      headers: { 'x-key': 'also-s3cret' },
      retryPolicy: { waitsSeconds: [1, 1], jitter: 0 },
    })
    await server.make('POST /app/default/listener', {
      ...{ uid: 'shop', name: 'shop', system: 'custom', suffix: '/shop', methods: ['POST'] },
      ...{ auth: { kind: 'none' }, reply: { mode: 'at_once' } },
    })
    await server.make('POST /app/default/flow', {
      ...{ uid: 'shop', name: 'shop', trigger: { kind: 'webhook', listener: 'shop' } },
      steps: [
        { id: 'meta', kind: 'set_meta', meta: { order: '{{ body.order }}' } },
        {
          id: 'notify',
          kind: 'send_webhook',
          event: 'order_notified',
          url: `${receiver.url.replace('//', '//user:hunter2@')}/notify`,
          success: '2xx',
          retryPolicy: { waitsSeconds: [1], jitter: 0 },
        },
        { id: 'emit', kind: 'emit_event', eventType: 'order.made', payload: { order: '{{ body.order }}' } },
      ],
    })
    await server.make('POST /app/default/flow/shop/publish')
  }

  const send = async (headers: Record<string, string> = {}) => {
    const sent = { 'content-type': 'application/json', authorization: 'Bearer not-to-be-shown', ...headers }
    expect(
      (await fetched(`${server.ingressUrl}/in/default/shop`, { method: 'POST', body: '{"order":"secret-order"}', headers: sent })).status,
    ).toBe(202)
  }

  const named = (name: string) => collector.spans.filter((span) => span.name === name)
  const sole = (name: string): CollectedSpan => {
    const found = named(name)
    expect(found, name).toHaveLength(1)
    return found[0]!
  }
  const got = (path: string): Received[] => receiver.received.filter((one) => one.path.startsWith(path))
  const ends = async (count: number) => expect.poll(() => named('delivery order.made').length, LONG).toBe(count)

  /** The walk of one request, as it must come. */
  function expectWalk(): CollectedSpan {
    const request = sole('POST /in/{application}/shop')
    const run = sole('run')
    const [meta, notify, emit] = ['meta', 'notify', 'emit'].map((id) => sole(`step ${id}`))
    const message = sole('message order.made')
    const [ofStep, ofMessage] = [sole('delivery order_notified'), sole('delivery order.made')]
    expect(run.parentSpanId).toBe(request.spanId)
    for (const step of [meta, notify, emit]) expect(step!.parentSpanId).toBe(run.spanId)
    expect(ofStep.parentSpanId).toBe(notify!.spanId)
    expect(message.parentSpanId).toBe(emit!.spanId)
    expect(ofMessage.parentSpanId).toBe(message.spanId)
    const attempts = named('POST')
    for (const { parentSpanId } of attempts) expect([ofStep.spanId, ofMessage.spanId]).toContain(parentSpanId)
    const all = [request, run, meta!, notify!, emit!, message, ofStep, ofMessage, ...attempts]
    for (const { traceId } of all) expect(traceId).toBe(request.traceId)
    expect(new Set(all.map(({ spanId }) => spanId)).size).toBe(all.length)
    // What was sent names the attempt that sent it.
    for (const { headers } of receiver.received) {
      const [, traceId, spanId, flags] = String(headers['traceparent']).split('-')
      expect([traceId, flags]).toEqual([request.traceId, '01'])
      expect(attempts.map((one) => one.spanId)).toContain(spanId)
    }
    return request
  }

  test('the walk of a request is one trace: run, steps, message, deliveries and each attempt, with what each is', async () => {
    answers['/endpoint?token=s3cret&shown=yes'] = [503, 500]
    await start()
    await build()
    await send()
    await ends(1)
    const request = expectWalk()
    expect(request.parentSpanId).toBeUndefined()
    expect(request).toMatchObject({
      kind: 2,
      attributes: { 'http.request.method': 'POST', 'http.response.status_code': 202, 'posthorn.request.status': 'accepted' },
      events: [{ name: 'kept' }],
    })
    const attempts = named('POST').filter(({ attributes }) => attributes['posthorn.endpoint.id'] !== undefined)
    expect(
      attempts.map(({ attributes, status }) => [
        attributes['posthorn.attempt.number'],
        attributes['http.response.status_code'],
        attributes['error.type'],
        status?.code,
      ]),
    ).toEqual([
      [1, 503, 'http_503', 2],
      [2, 500, 'http_500', 2],
      [3, 200, undefined, undefined],
    ])
    expect(attempts[2]).toMatchObject({ kind: 3, attributes: { 'server.address': '127.0.0.1', 'http.request.resend_count': 2 } })
    expect(attempts[0]!.events.map(({ name }) => name)).toEqual(expect.arrayContaining(['first byte received', 'body received']))
    expect(sole('delivery order.made').attributes).toMatchObject({
      'posthorn.delivery.status': 'delivered',
      'posthorn.delivery.attempts': 3,
    })
    expect(sole('run')).toMatchObject({ attributes: { 'posthorn.run.status': 'ok', 'posthorn.run.trigger': 'webhook' } })
    for (const { resource } of collector.spans) {
      expect(resource).toMatchObject({ 'service.name': 'posthorn', 'service.version': expect.any(String) })
      expect(resource['service.instance.id']).toMatch(/^ses_/)
    }
    // Nothing that is secret, and nothing of what was sent.
    const all = collector.requests.map(({ text }) => text).join()
    for (const secret of ['s3cret', 'hunter2', 'not-to-be-shown', 'secret-order', 'whsec_']) expect(all).not.toContain(secret)
    expect(all).toContain('shown=yes')
    const { text } = await fetched(`${server.url}/metrics`)
    expect(text).toContain(`posthorn_trace_spans_total{outcome="exported"} ${collector.spans.length}`)
  })

  test('what goes on after a restart belongs to the same trace', async () => {
    answers['/notify'] = [500]
    answers['/endpoint?token=s3cret&shown=yes'] = [503]
    await start()
    await build()
    await send()
    await expect.poll(() => got('/notify').length, LONG).toBe(1)
    await server.stop()
    await start()
    await ends(1)
    expectWalk()
    expect(new Set(collector.spans.map(({ resource }) => resource['service.instance.id'])).size).toBe(2)
  })

  test('a request that comes with a trace goes on in it, below its caller', async () => {
    await start({ POSTHORN_TRACE_SHARE: '0' })
    await build()
    await send({ traceparent: `00-${TRACE_ID}-${SPAN_ID}-01`, tracestate: 'vendor=a' })
    await ends(1)
    const request = expectWalk()
    expect(request).toMatchObject({ traceId: TRACE_ID, parentSpanId: SPAN_ID, traceState: 'vendor=a' })
    for (const { headers } of receiver.received) expect(headers['tracestate']).toBe('vendor=a')
  })

  test('what nobody keeps is not sent: by the share of what begins here, or by what its caller says', async () => {
    await start({ POSTHORN_TRACE_SHARE: '0' })
    await build()
    await send()
    await send({ traceparent: `00-${TRACE_ID}-${SPAN_ID}-00` })
    await expect.poll(() => got('/endpoint').length, LONG).toBe(2)
    for (const { headers } of receiver.received) expect(headers['traceparent']).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/)
    await send({ traceparent: `00-${TRACE_ID}-${SPAN_ID}-01` })
    await ends(1)
    expectOnly(TRACE_ID)
  })

  function expectOnly(traceId: string): void {
    expect(new Set(collector.spans.map((span) => span.traceId))).toEqual(new Set([traceId]))
    expect(named('run')).toHaveLength(1)
  }

  test('a message of the API is the beginning of a trace, or goes on in that of its caller', async () => {
    await start()
    await build()
    const message = { eventType: 'order.made', payload: {} }
    const { id } = await server.make('POST /app/default/msg', message)
    await ends(1)
    const own = sole('message order.made')
    expect(own.attributes['posthorn.message.id']).toBe(id)
    expect(own.parentSpanId).toBeUndefined()
    expect(sole('delivery order.made')).toMatchObject({ traceId: own.traceId, parentSpanId: own.spanId })
    await fetched(`${server.url}/api/v1/app/default/msg`, {
      ...{ method: 'POST', body: JSON.stringify(message) },
      headers: { 'content-type': 'application/json', authorization: `Bearer ${KEY}`, traceparent: `00-${TRACE_ID}-${SPAN_ID}-01` },
    })
    await ends(2)
    const theirs = named('message order.made')[1]!
    expect(theirs).toMatchObject({ traceId: TRACE_ID, parentSpanId: SPAN_ID })
    expect(named('delivery order.made')[1]).toMatchObject({ traceId: TRACE_ID, parentSpanId: theirs.spanId })
  })

  test('a flow that answers its caller is a trace too, also where it is run before it is kept', async () => {
    await start({ POSTHORN_OTLP_HEADERS: 'x-token=a%2Cb', POSTHORN_OTLP_RESOURCE: 'service.name=hooks,deployment.environment.name=test' })
    await server.make('POST /app/default/listener', {
      ...{ uid: 'ask', name: 'ask', system: 'custom', suffix: '/ask', methods: ['POST'] },
      ...{ auth: { kind: 'none' }, reply: { mode: 'flow' } },
    })
    await server.make('POST /app/default/flow', {
      ...{ uid: 'ask', name: 'ask', trigger: { kind: 'webhook', listener: 'ask' } },
      steps: [{ id: 'answer', kind: 'webhook_response', status: 201, body: { yes: true } }],
    })
    await server.make('POST /app/default/flow/ask/publish')
    expect((await fetched(`${server.ingressUrl}/in/default/ask`, { method: 'POST', body: '{}' })).status).toBe(201)
    await expect.poll(() => named('step answer').length, LONG).toBe(1)
    const request = sole('POST /in/{application}/ask')
    expect(request.attributes['http.response.status_code']).toBe(201)
    expect(sole('run')).toMatchObject({ traceId: request.traceId, parentSpanId: request.spanId })
    expect(request.resource).toMatchObject({ 'service.name': 'hooks', 'deployment.environment.name': 'test' })
    expect(collector.requests[0]).toMatchObject({ path: '/v1/traces', headers: { 'x-token': 'a,b', 'content-type': 'application/json' } })
  })

  test('a collector that refuses, or is silent, holds nothing up, and loses nothing that it takes later', async () => {
    const refusals = [429, 503]
    collector.answer((response) => response.writeHead(refusals.shift() ?? 502, { 'retry-after': '0' }).end())
    await start()
    await build()
    await send()
    await expect.poll(() => got('/endpoint').length, LONG).toBe(1)
    await collector.asked(3)
    collector.answer(undefined)
    await ends(1)
    expectWalk()
    const { text } = await fetched(`${server.url}/metrics`)
    expect(text).toContain('posthorn_trace_spans_total{outcome="dropped"} 0')
    // Now it never answers: the end of the process does not wait for it.
    collector.answer(() => {})
    await send()
    await expect.poll(() => got('/endpoint').length, LONG).toBe(2)
  })

  test.runIf(engine === 'postgres')('several nodes make one trace, each of what it did', async () => {
    await start({ POSTHORN_ROLES: 'ingest,api' })
    const others = await Promise.all(['flows', 'delivery'].map((roles) => startNode({ POSTHORN_ROLES: roles })))
    await build()
    await send()
    // Each node sends its own in its own time.
    await expect.poll(() => collector.spans.length, LONG).toBe(10)
    const request = expectWalk()
    const nodeOf = (span: CollectedSpan) => span.resource['service.instance.id']
    expect(new Set([request, sole('run'), sole('delivery order.made')].map(nodeOf)).size).toBe(3)
    await Promise.all(others.map((other) => other.stop()))
  })
})
