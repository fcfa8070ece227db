import { createHmac } from 'node:crypto'
import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fetched, startWholeServer, type Answer, type Json, type WholeServer } from './whole-server.ts'

const SECRET = `whsec_${Buffer.from('a-secret-of-thirty-two-bytes-000').toString('base64')}`
const BODY_BYTES_MAX = 2000
const WAIT = { timeout: 10_000, interval: 20 }

// Without --dev: what is refused here is refused to everybody.
describe.for(['sqlite', 'postgres'] as const)('bad input (%s)', (engine) => {
  let server: WholeServer
  const listeners: Record<string, string> = {}

  beforeAll(async () => {
    server = await startWholeServer({ engine, dev: false })
    await server.make('POST /app', { uid: 'bad', name: 'Bad input' })
    await listener({
      uid: 'signed',
      system: 'standard-webhooks',
      auth: { kind: 'preset', secrets: [SECRET] },
      bodyBytesMax: BODY_BYTES_MAX,
    })
    await listener({ uid: 'open', bodyBytesMax: BODY_BYTES_MAX })
    await listener({ uid: 'flow' })
  })

  afterAll(() => server.stop(), 60_000)

  async function listener({ uid, ...fields }: { readonly uid: string } & Readonly<Record<string, unknown>>): Promise<void> {
    const defaults = { name: uid, system: 'custom', suffix: `/${uid}`, methods: ['POST'], auth: { kind: 'none' } }
    const made = await server.make('POST /app/bad/listener', { uid, ...defaults, ...fields })
    listeners[uid] = String(made['id'])
  }

  const send = (suffix: string, init: RequestInit = {}) =>
    fetched(`${server.ingressUrl}/in/bad${suffix}`, { method: 'POST', headers: { 'content-type': 'application/json' }, ...init })

  /** Rejected requests are kept with the reason, a moment after their answer. */
  async function expectRecorded(uid: string, answer: Answer): Promise<void> {
    const id = answer.headers.get('posthorn-request-id')!
    const recorded = () => server.call(`GET /app/bad/request/${id}`)
    await expect.poll(async () => (await recorded()).status, WAIT).toBe(200)
    expect((await recorded()).json).toMatchObject({
      listenerId: listeners[uid],
      status: 'rejected',
      reason: answer.json['code'],
      replyStatus: answer.status,
    })
  }

  /** One header each, as a sender writes them. */
  function signed(body: string, { secondsAgo = 0, secret = SECRET } = {}): RequestInit {
    const timestamp = Math.floor(Date.now() / 1000) - secondsAgo
    const key = Buffer.from(secret.slice('whsec_'.length), 'base64')
    const signature = createHmac('sha256', key).update(`msg_1.${timestamp}.${body}`).digest('base64')
    const headers = {
      'content-type': 'application/json',
      'webhook-id': 'msg_1',
      'webhook-timestamp': String(timestamp),
      'webhook-signature': `v1,${signature}`,
    }
    return { headers, body }
  }

  describe('requests to a listener', () => {
    test('R93: the signature of another secret is refused with 401 and recorded', async () => {
      const other = `whsec_${Buffer.from('another-secret-of-32-bytes-00000').toString('base64')}`
      const answer = await send('/signed', signed('{"type":"a.b"}', { secret: other }))
      expect(answer).toMatchObject({ status: 401, json: { code: 'signature_mismatch' } })
      await expectRecorded('signed', answer)
    })

    test('a signature of an hour ago is refused with 401 and recorded', async () => {
      const answer = await send('/signed', signed('{"type":"a.b"}', { secondsAgo: 3600 }))
      expect(answer).toMatchObject({ status: 401, json: { code: 'timestamp_stale' } })
      await expectRecorded('signed', answer)
    })

    test('no signature is refused with 401, before anybody reads the body as JSON', async () => {
      const answer = await send('/signed', { body: '{"type":' })
      expect(answer).toMatchObject({ status: 401, json: { code: 'signature_missing' } })
      await expectRecorded('signed', answer)
    })

    test('the right signature is taken', async () => {
      expect(await send('/signed', signed('{"type":"a.b"}'))).toMatchObject({ status: 202 })
    })

    test('a body that is declared too large is refused with 413 and recorded', async () => {
      const answer = await send('/open', { body: JSON.stringify('x'.repeat(BODY_BYTES_MAX)) })
      expect(answer).toMatchObject({ status: 413, json: { code: 'payload_too_large' } })
      expect(String(answer.json['detail'])).toContain(`${BODY_BYTES_MAX} bytes`)
      await expectRecorded('open', answer)
    })

    test('a chunked body is refused with 413 as soon as it is too large, and recorded', async () => {
      const answer = await sendWithoutEnd(`${server.ingressUrl}/in/bad/open`, Buffer.alloc(BODY_BYTES_MAX + 1, 0x20))
      expect(answer.status).toBe(413)
      const recorded = () => server.make(`GET /app/bad/listener/${listeners['open']}/request?reason=payload_too_large&limit=10`)
      await expect.poll(async () => (await recorded())['data'], WAIT).toContainEqual(expect.objectContaining({ id: answer.requestId }))
    })

    test('malformed JSON is refused with 400 that says where, and recorded with its bytes', async () => {
      const answer = await send('/open', { body: '{"id":1,}' })
      expect(answer).toMatchObject({ status: 400, json: { code: 'malformed_json' } })
      expect(String(answer.json['detail'])).toMatch(/position \d+|column \d+/)
      await expectRecorded('open', answer)
      const kept = await server.call(`GET /app/bad/request/${answer.headers.get('posthorn-request-id')}/body`)
      expect(kept.text).toBe('{"id":1,}')
    })

    test('an address where no listener is, an application that is not, and an address outside of both are 404', async () => {
      expect(await send('/nowhere')).toMatchObject({ status: 404, json: { code: 'listener_not_found' } })
      expect(await fetched(`${server.ingressUrl}/in/nobody/open`, { method: 'POST' })).toMatchObject({ status: 404 })
      expect(await fetched(`${server.url}/nothing/here`)).toMatchObject({ status: 404 })
    })

    test('R43: a method that the listener does not take is 405, and Allow names those that it does', async () => {
      const answer = await send('/open', { method: 'PUT', body: '{}' })
      expect(answer).toMatchObject({ status: 405, json: { code: 'method_not_allowed' } })
      expect(answer.headers.get('allow')).toBe('POST')
    })
  })

  /** The fault that the answer names at the field. */
  function faultAt({ status, json }: Answer, pointer: string): Json | undefined {
    expect(status).toBe(422)
    expect(json['code']).toBe('validation_error')
    const faults = json['errors'] as unknown as readonly { readonly pointer: string }[]
    return faults.find((fault) => fault.pointer === pointer) as unknown as Json | undefined
  }

  const flowOf = (...steps: readonly object[]) => ({ name: 'Flow', trigger: { kind: 'webhook', listener: 'flow' }, steps })

  describe('calls of the API', () => {
    test('R41: a suffix with spaces is refused with 422, and the hint names hyphens and underscores', async () => {
      const body = { name: 'Orders', system: 'custom', suffix: '/my orders', methods: ['POST'], auth: { kind: 'none' } }
      const fault = faultAt(await server.call('POST /app/bad/listener', body), '/suffix')
      expect(String(fault?.['message'])).toMatch(/space.*hyphen.*underscore/i)
    })

    test('a flow with an unknown step is refused with 422 that names the step', async () => {
      const answer = await server.call('POST /app/bad/flow', flowOf({ id: 'a', kind: 'send_pigeon' }))
      expect(faultAt(answer, '/steps/0/kind')).toBeDefined()
    })

    test('a flow with an unknown field is refused with 422 that names the field', async () => {
      const answer = await server.call('POST /app/bad/flow', flowOf({ id: 'a', kind: 'webhook_response', statuss: 200 }))
      const fault = faultAt(answer, '/steps/0/statuss') ?? faultAt(answer, '/steps/0')
      expect(JSON.stringify(fault)).toContain('statuss')
    })

    test('a template that reads a step that is not there is refused at publish, with the place', async () => {
      const made = await server.make('POST /app/bad/flow', flowOf({ id: 'a', kind: 'set_meta', meta: { x: '{{ steps.gone.output }}' } }))
      const fault = faultAt(await server.call(`POST /app/bad/flow/${String(made['id'])}/publish`), '/steps/0/meta/x')
      expect(String(fault?.['message'])).toMatch(/gone.*column \d+/)
    })

    test.for([
      'https://127.0.0.1/hook',
      'https://10.1.2.3/hook',
      'https://169.254.169.254/latest/meta-data',
      'https://[::1]/hook',
      'https://[::ffff:10.0.0.1]/hook',
      'https://2130706433/hook',
    ])('the private address %s is refused as the URL of an endpoint', async (url) => {
      const fault = faultAt(await server.call('POST /app/bad/endpoint', { url }), '/url')
      expect(fault).toMatchObject({ code: 'address_refused' })
    })

    test('a method that an address of the API does not take is 405 with Allow, malformed JSON 400, a missing thing 404', async () => {
      const answer = await server.call('PUT /app')
      expect(answer).toMatchObject({ status: 405, json: { code: 'method_not_allowed' } })
      expect(answer.headers.get('allow')).toMatch(/GET.*POST|POST.*GET/)
      expect(await server.call('GET /app/bad/listener/lst_nothing')).toMatchObject({ status: 404, json: { code: 'not_found' } })
    })
  })

  describe('a flow that fails', () => {
    /** Publishes a flow that answers for a listener of its own, sends one request, and gives the answer and the run. */
    async function run(uid: string, steps: readonly object[]) {
      await listener({ uid })
      const made = await server.make('POST /app/bad/flow', { name: uid, trigger: { kind: 'webhook', listener: uid }, steps })
      await server.make(`POST /app/bad/flow/${String(made['id'])}/publish`)
      const answer = await send(`/${uid}`, { body: '{"amount":"a lot","host":"10.0.0.1"}' })
      const list = async () =>
        (await server.make(`GET /app/bad/run?flow=${String(made['id'])}&limit=1`))['data'] as unknown as readonly Json[]
      await expect.poll(async () => (await list())[0]?.['status'], WAIT).toMatch(/^(ok|ko)$/)
      const record = await server.make(`GET /app/bad/run/${String((await list())[0]!['id'])}`)
      return { answer, record }
    }

    const reply = { id: 'reply', kind: 'webhook_response', status: 200, body: { ok: true } }

    test('R102: an expression that cannot be evaluated is a recorded fault, and the caller is answered 500 with its code', async () => {
      const { answer, record } = await run('expression', [{ id: 'sum', kind: 'transform', expression: '$number(body.amount)' }, reply])
      expect(answer).toMatchObject({ status: 500, json: { error: { runId: record['id'] } } })
      expect(record).toMatchObject({ status: 'ko', errorCode: (answer.json['error'] as Json)['code'] })
      expect((record['faults'] as unknown as readonly Json[]).length).toBeGreaterThan(0)
    })

    test('R53: an override that is no status is a recorded fault, and the caller is answered 500', async () => {
      const { answer, record } = await run('override', [{ ...reply, statusOverride: '{{ body.amount }}' }])
      expect(answer.status).toBe(500)
      expect((record['faults'] as unknown as readonly Json[]).length).toBeGreaterThan(0)
    })

    test('a URL that turns out to be private ends the step at once as KO with its own code', async () => {
      const call = { id: 'call', kind: 'send_webhook', url: 'https://{{ body.host }}/hook', templatedHost: true }
      const { answer, record } = await run('private', [call, reply])
      expect(answer.status).toBe(500)
      expect(record).toMatchObject({ status: 'ko', errorCode: 'address_refused' })
    })
  })
})

/** Sends the beginning of a chunked body, and no end of it. */
function sendWithoutEnd(url: string, bytes: Buffer): Promise<{ readonly status: number | undefined; readonly requestId: string }> {
  return new Promise((resolve, reject) => {
    const out = request(
      url,
      { method: 'POST', headers: { 'content-type': 'application/json', 'transfer-encoding': 'chunked' } },
      (response) => {
        resolve({ status: response.statusCode, requestId: String(response.headers['posthorn-request-id']) })
        out.destroy()
      },
    )
    out.on('error', reject)
    out.write(bytes)
  })
}
