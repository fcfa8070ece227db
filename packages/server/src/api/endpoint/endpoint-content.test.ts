import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freshDatabase } from '../../../../../test/support/postgres.ts'
import { startRecordingReceiver, type RecordingReceiver } from '../../../../../test/support/recording-receiver.ts'
import { startTestApi, type Json, type TestApi } from '../../../../../test/support/test-api.ts'
import { tablesOf } from '#store/testing'

describe.each(['SQLite', 'PostgreSQL'])('on %s', (engine) => {
  let api: TestApi
  let receiver: RecordingReceiver
  let drop = async () => {}
  beforeAll(async () => {
    const database = engine === 'PostgreSQL' ? await freshDatabase() : undefined
    drop = async () => database?.drop()
    api = await startTestApi({}, { deliver: true, ...(database && { databaseUrl: database.url }) })
    receiver = await startRecordingReceiver()
    await api.call('POST /app', { body: { uid: 'shop', name: 'Shop' } })
  })
  afterAll(async () => {
    await api.stop()
    await receiver[Symbol.asyncDispose]()
    await drop()
  })

  let made = 0
  /** An endpoint that gets its own event type only. */
  const endpoint = async (fields: object | string = '"metadata":{}') => {
    const name = `event.n${++made}`
    await api.call('POST /event-type', { body: { name, description: 'x' } })
    const base = `"url":"${receiver.url}/${name}","eventTypes":["${name}"],"description":"content"`
    const text = typeof fields === 'string' ? fields : JSON.stringify(fields).slice(1, -1)
    const { status, body } = await api.call('POST /app/shop/endpoint', { body: `{${base},${text}}` })
    expect(status).toBe(201)
    return { id: String(body['id']), secret: String(body['secret']), eventType: name, body }
  }

  const send = async (eventType: string, payload: string) => {
    const { status, body } = await api.call('POST /app/shop/msg', { body: `{"eventType":"${eventType}","payload":${payload}}` })
    expect(status).toBe(202)
    return String(body['id'])
  }

  const deliveriesOf = async (message: string) =>
    (await api.call(`GET /app/shop/delivery?message_id=${message}`)).body['data'] as unknown as readonly Json[]

  /** The only delivery of a message, once it has ended. */
  const ended = async (message: string): Promise<Json> => {
    for (;;) {
      const [delivery] = await deliveriesOf(message)
      if (delivery?.['finishedAt'] != null) return delivery
      await new Promise(setImmediate)
    }
  }

  const attemptsOf = async (delivery: Json) =>
    (await api.call(`GET /app/shop/delivery/${String(delivery['id'])}/attempt`)).body['data'] as unknown as readonly Json[]

  describe('the filter of an endpoint', () => {
    test('lets through what it matches, from /msg and from /event, and nothing else', async () => {
      const { eventType } = await endpoint({ filter: { $or: [{ amount: { $gt: 100 } }, { data: { amount: { $gt: 100 } } }] } })
      expect(await deliveriesOf(await send(eventType, '{"amount":100}'))).toEqual([])
      expect(await deliveriesOf(await send(eventType, '{"amount":101}'))).toHaveLength(1)
      const event = (amount: number) => api.call('POST /app/shop/event', { body: { type: eventType, data: { amount } } })
      expect(await deliveriesOf(String((await event(100)).body['id']))).toEqual([])
      expect(await deliveriesOf(String((await event(101)).body['id']))).toHaveLength(1)
      const raw = { eventType, payload: {}, transformationsParams: { rawPayload: '{"amount": 1e3}' } }
      expect(await deliveriesOf(String((await api.call('POST /app/shop/msg', { body: raw })).body['id']))).toHaveLength(1)
    })

    test('reads back as it was written, with all digits, and is replaced, kept and taken away like other fields', async () => {
      const { id, eventType, body } = await endpoint('"filter":{"id":{"$in":[12345678901234567890, 1]}}')
      const text = async (call: Promise<{ text: string }>) => (await call).text
      expect(body).toMatchObject({ transformation: null })
      expect(await text(api.call(`GET /app/shop/endpoint/${id}`))).toContain('"filter":{"id":{"$in":[12345678901234567890,1]}}')
      expect(await deliveriesOf(await send(eventType, '{"id":12345678901234567891}'))).toEqual([])
      expect(await deliveriesOf(await send(eventType, '{"id":12345678901234567890}'))).toHaveLength(1)
      const patched = api.call(`PATCH /app/shop/endpoint/${id}`, { body: '{"filter":{"id":98765432109876543210}}' })
      expect(await text(patched)).toContain('"filter":{"id":98765432109876543210}')
      expect(await text(api.call(`PATCH /app/shop/endpoint/${id}`, { body: { description: 'x' } }))).toContain('98765432109876543210')
      expect(await text(api.call(`PATCH /app/shop/endpoint/${id}`, { body: { filter: null } }))).toContain('"filter":null')
      await api.call(`PATCH /app/shop/endpoint/${id}`, { body: '{"filter":{"id":7}}' })
      const put = { url: receiver.url, eventTypes: [eventType] }
      expect((await api.call(`PUT /app/shop/endpoint/${id}`, { body: put })).body).toMatchObject({ filter: null, transformation: null })
      const audit = await text(api.call('GET /audit?limit=50'))
      expect(audit).toContain('98765432109876543210')
    })

    test.each<[object, string, RegExp]>([
      [{ filter: { data: { $more: 1 } } }, '/filter/data/$more', /not an operator/],
      [{ filter: 'paid' }, '/filter', /object that mirrors/],
      [{ transformation: { expression: '$sum(' } }, '/transformation/expression', /cannot be read: .*\(column \d+\)/],
      [{ transformation: { expression: '$match(a, /(?=x)/)' } }, '/transformation/expression', /regular expression/],
      [{ transformation: { expression: '' } }, '/transformation/expression', /JSONata/],
      [{ transformation: { expression: 'x'.repeat(16_385) } }, '/transformation/expression', /at most/],
      [{ transformation: { code: 'x' } }, '/transformation/expression', /required/],
    ])('%j is refused where it is wrong', async (fields, pointer, message) => {
      const { status, body } = await api.call('POST /app/shop/endpoint', { body: { url: receiver.url, ...fields } })
      expect(status).toBe(422)
      const errors = body['errors'] as unknown as readonly { pointer: string; message: string }[]
      expect(errors.find((error) => error.pointer === pointer)?.message).toMatch(message)
    })
  })

  describe('trying a filter', () => {
    const tryOut = (body: object | string) => api.call('POST /app/shop/filter/test', { body })

    test('says whether a payload matches, and the first place that does not', async () => {
      const filter = { order: { total: { $gt: 100 } } }
      expect((await tryOut({ filter, payload: { order: { total: 101 } } })).body).toEqual({ matches: true, reason: null })
      expect((await tryOut({ filter, payload: { order: { total: 5 } } })).body).toEqual({
        matches: false,
        reason: { path: '/order/total', message: 'Here is 5, and the filter wants {"$gt":100}.' },
      })
      expect((await tryOut('{"filter":{"id":12345678901234567890},"payload":{"id":12345678901234567891}}')).body).toMatchObject({
        matches: false,
        reason: { path: '/id', message: 'Here is 12345678901234567891, and the filter wants 12345678901234567890.' },
      })
      expect((await tryOut({ filter, payload: 'text' })).body).toMatchObject({ matches: false })
    })

    test('takes a past message, by id or event id, and says what it misses', async () => {
      const { eventType } = await endpoint()
      const { body } = await api.call('POST /app/shop/msg', { body: { eventType, eventId: 'filter-try', payload: { a: 1 } } })
      for (const messageId of ['filter-try', String(body['id'])]) {
        expect((await tryOut({ filter: { a: 1 }, messageId })).body).toEqual({ matches: true, reason: null })
      }
      expect((await tryOut({ filter: { a: 1 }, messageId: 'nobody' })).status).toBe(404)
      expect((await tryOut({ filter: { a: 1 } })).status).toBe(422)
      expect((await tryOut({ filter: { a: 1 }, payload: {}, messageId: 'filter-try' })).status).toBe(422)
      expect((await tryOut({ filter: { a: { $x: 1 } }, payload: {} })).body['errors']).toMatchObject([{ pointer: '/filter/a/$x' }])
      await api.call(`DELETE /app/shop/msg/${String(body['id'])}/content`)
      expect((await tryOut({ filter: { a: 1 }, messageId: 'filter-try' })).body).toMatchObject({ code: 'missing_payload' })
    })
  })

  describe('the transformation of an endpoint', () => {
    test('what it makes is signed, sent and shown; the payload itself stays', async () => {
      const expression = '{ "text": $eventType & ": " & amount & " EUR", "ref": $webhookId, "id": id }'
      const { eventType, secret } = await endpoint({ transformation: { expression } })
      const count = receiver.received.length
      const message = await send(eventType, '{"amount":5,"id":12345678901234567890}')
      const { headers, body } = await receiver.after(count)
      const expected = `{"text":"${eventType}: 5 EUR","ref":"${message}","id":12345678901234567890}`
      expect(body.toString()).toBe(expected)
      expect(headers['content-type']).toBe('application/json')
      expect(() => new Webhook(secret).verify(body.toString(), headers as Record<string, string>)).not.toThrow()
      const delivery = await ended(message)
      expect(delivery).toMatchObject({ status: 'delivered', lastFailure: null })
      const [attempt] = await attemptsOf(delivery)
      expect(attempt!['request']).toMatchObject({
        ...{ body: expected, encoding: 'utf8', bytes: expected.length, truncated: false, transformed: true },
      })
      expect((await api.call(`GET /app/shop/msg/${message}`)).text).toContain('"payload":{"amount":5,"id":12345678901234567890}')
      await api.call(`DELETE /app/shop/msg/${message}/content`)
      expect((await attemptsOf(delivery))[0]!['request']).toMatchObject({ body: null, transformed: true })
    })

    test('null or nothing cancels the delivery, with the reason', async () => {
      const { eventType } = await endpoint({ transformation: { expression: 'amount > 10 ? $ : null' } })
      const skipped = await ended(await send(eventType, '{"amount":5}'))
      expect(skipped).toMatchObject({
        ...{ status: 'cancelled', attempts: 0, lastFailure: 'transformation_skipped' },
        ...{ lastFailureReason: expect.stringContaining('null'), nextStep: expect.any(String) },
      })
      expect(await ended(await send(eventType, '{"amount":50}'))).toMatchObject({ status: 'delivered' })
    })

    test.each([
      ['transformation_error', '$number(name)', /Unable to cast|D3030/],
      ['transformation_timeout', '($f := function($n) { $n < 2 ? 1 : $f($n - 1) + $f($n - 2) }; $f(60))', /stopped|too long/],
      ['transformation_(memory|timeout)', '$length($pad("x", 400000000))', /memory|stopped/],
      ['transformation_too_large', 'long & long', /longer than/],
    ])('%s: a fault ends the delivery at once, and counts against nobody', async (code, expression, detail) => {
      const { id, eventType } = await endpoint({ transformation: { expression } })
      const count = receiver.received.length
      const delivery = await ended(await send(eventType, JSON.stringify({ name: 'x', long: 'x'.repeat(600_000) })))
      expect(delivery).toMatchObject({
        status: 'failed',
        attempts: 1,
        lastFailure: expect.stringMatching(code),
        lastFailureReason: expect.any(String),
      })
      const [attempt] = await attemptsOf(delivery)
      expect(attempt).toMatchObject({
        ok: false,
        failure: expect.stringMatching(code),
        response: null,
        nextAttempt: null,
        request: { body: '', headers: [], transformed: true },
      })
      expect(attempt!['reason']).toMatch(detail)
      expect(String(attempt!['nextStep'])).toMatch(/send the message again/)
      expect(receiver.received).toHaveLength(count)
      const lane = await tablesOf(api.deps.store).selectFrom('lane').select('failures').where('lane', '=', id).executeTakeFirstOrThrow()
      expect(lane.failures).toBe(0)
    })

    test('more than 16 KiB of what was sent are marked as cut, and never through a character', async () => {
      const { eventType } = await endpoint({ transformation: { expression: '{ "text": "a" & long }' } })
      const delivery = await ended(await send(eventType, JSON.stringify({ long: 'é'.repeat(9000) })))
      const [attempt] = await attemptsOf(delivery)
      const request = attempt!['request']! as unknown as { body: string; bytes: number; truncated: boolean }
      expect(request).toMatchObject({ encoding: 'utf8', bytes: 18_012, truncated: true, transformed: true })
      expect(Buffer.byteLength(request.body)).toBeGreaterThan(16_380)
      expect(request.body.endsWith('é')).toBe(true)
    })

    test('a test event goes through it, and shows its fault', async () => {
      const { id } = await endpoint({ transformation: { expression: '{ "m": data.message, "t": $eventType }' } })
      const test = () => api.call(`POST /app/shop/endpoint/${id}/test`, { body: {} })
      expect((await test()).body).toMatchObject({
        ok: true,
        request: { body: expect.stringContaining('"t":"test.ping"'), transformed: true },
      })
      await api.call(`PATCH /app/shop/endpoint/${id}`, { body: { transformation: { expression: '$number(data.message)' } } })
      expect((await test()).body).toMatchObject({ ok: false, failure: 'transformation_error', nextStep: expect.any(String) })
      await api.call(`PATCH /app/shop/endpoint/${id}`, { body: { transformation: { expression: 'absent' } } })
      expect(await test()).toMatchObject({ status: 409 })
    })

    test('without one, the attempt shows the payload as it was sent', async () => {
      const { eventType } = await endpoint()
      const payload = '{ "a" : 1.0 }'
      const delivery = await ended(await send(eventType, payload))
      const [attempt] = await attemptsOf(delivery)
      expect(attempt!['request']).toMatchObject({ body: payload, bytes: payload.length, truncated: false, transformed: false })
      expect(JSON.stringify(attempt!['request'])).toContain('webhook-signature')
    })
  })

  test('the attempt of a Send Webhook step shows the body of the step', async () => {
    const steps = [
      { id: 'tell', kind: 'send_webhook', url: `${receiver.url}/step`, event: 'order_made', headers: { 'X-Key': 'open sesame' } },
    ]
    const flow = { name: 'Tell', trigger: { kind: 'event', eventTypes: ['step.wanted'] }, steps }
    const { body } = await api.call('POST /app/shop/flow', { body: flow })
    await api.call(`POST /app/shop/flow/${String(body['id'])}/publish`)
    await api.call('POST /event-type', { body: { name: 'step.wanted', description: 'x' } })
    const count = receiver.received.length
    await send('step.wanted', '{"a":1}')
    const sent = await receiver.after(count)
    const [run] = (await api.call('GET /app/shop/run')).body['data'] as unknown as readonly Json[]
    const [delivery] = (await api.call(`GET /app/shop/delivery?run_id=${String(run!['id'])}`)).body['data'] as unknown as readonly Json[]
    await expect.poll(async () => (await attemptsOf(delivery!)).length).toBe(1)
    const [attempt] = await attemptsOf(delivery!)
    expect(attempt!['request']).toMatchObject({ body: sent.body.toString(), bytes: sent.body.length, transformed: false })
    expect(JSON.stringify(attempt)).not.toContain('open sesame')
  })

  describe('trying a transformation', () => {
    const tryOut = (body: object | string) => api.call('POST /app/shop/transformation/test', { body })

    test('shows what would be sent, exact to the digit, and what would not be', async () => {
      expect((await tryOut('{"expression":"{ \\"n\\": id, \\"t\\": $eventType }","payload":{"id":12345678901234567890}}')).text).toBe(
        '{"output":{"n":12345678901234567890,"t":"example"},"skipped":false,"fault":null}',
      )
      expect((await tryOut({ expression: '$uppercase(a)', payload: { a: 'x' }, eventType: 'a.b' })).body).toMatchObject({ output: 'X' })
      expect((await tryOut({ expression: 'absent', payload: {} })).body).toEqual({ output: null, skipped: true, fault: null })
      const { eventType } = await endpoint()
      const messageId = await send(eventType, '{"a":1}')
      expect((await tryOut({ expression: '[$eventType, $webhookId, a]', messageId })).body).toMatchObject({
        output: [eventType, messageId, 1],
      })
    })

    test('reports faults as a delivery would, and those of the expression where they are', async () => {
      expect((await tryOut({ expression: '$number(a)', payload: { a: 'x' } })).body).toMatchObject({
        ...{ output: null, skipped: false },
        fault: { code: 'transformation_error', reason: expect.stringContaining('D3030'), nextStep: expect.any(String) },
      })
      // Which of the two bounds it meets first is the machine's to say.
      expect((await tryOut({ expression: '$length($pad("x", 400000000))', payload: {} })).body).toMatchObject({
        fault: { code: expect.stringMatching(/^transformation_(memory|timeout)$/) },
      })
      const { status, body } = await tryOut({ expression: '{ "a": ', payload: {} })
      expect(status).toBe(422)
      expect(body['errors']).toMatchObject([{ pointer: '/expression', message: expect.stringMatching(/column \d+/) }])
      expect((await tryOut({ expression: 'a' })).status).toBe(422)
    })
  })
})
