import { createHmac } from 'node:crypto'
import { generateSecret, verify } from '#domain'
import { systemRandom } from '#platform'
import { createFakeClock } from '#platform/testing'
import { Webhook as StandardWebhook } from 'standardwebhooks'
import { Webhook as SvixWebhook } from 'svix'
import { expect, it } from 'vitest'
import { openHarness, silence, startReceiver, status, type Answer } from '../../../../test/support/delivery-harness.ts'

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const only = (text: string) => [{ text, expires_at: null }]

it('R59, R60: sends a message the moment it is accepted, its bytes as they came, and a 2xx delivers it', async () => {
  await using receiver = await startReceiver(status(201))
  await using harness = await openHarness()
  const endpoint = await harness.endpoint({ url: receiver.url })
  const { delivery, message } = await harness.accept([endpoint], { payload: '{"amount": 1.0}' })
  await harness.settles(1)
  expect(receiver.got[0]).toMatchObject({ path: '/', body: Buffer.from('{"amount": 1.0}'), headers: { 'webhook-id': message } })
  expect(await harness.read(delivery)).toMatchObject({ status: 'delivered', attempts: 1, last_status: 201, next_at: null })
  expect(await harness.tasks()).toEqual([])
})

it('signs so that the libraries of Standard Webhooks and of Svix verify it', async () => {
  await using receiver = await startReceiver()
  await using harness = await openHarness()
  const standard = await harness.endpoint({ url: `${receiver.url}standard`, secrets: only(SECRET) })
  const svix = await harness.endpoint({ url: `${receiver.url}svix`, signing: 'svix', secrets: only(SECRET) })
  await harness.accept([standard, svix], { payload: '{"a":"é"}', eventId: 'evt_1' })
  await harness.settles(2)
  const got = Object.fromEntries(receiver.got.map((one) => [one.path, one]))
  for (const [path, webhook] of [
    ['/standard', new StandardWebhook(SECRET)],
    ['/svix', new SvixWebhook(SECRET)],
  ] as const) {
    const { body, headers } = got[path]!
    expect(() => webhook.verify(body.toString(), headers as Record<string, string>)).not.toThrow()
    expect(() => webhook.verify(`${body} `, headers as Record<string, string>)).toThrow()
  }
  expect(got['/svix']!.headers['svix-id']).toBe('evt_1')
})

it('R68, R75: the hex profile sends event id, attempt id, type, time and a hexadecimal HMAC of time and body', async () => {
  await using receiver = await startReceiver()
  await using harness = await openHarness()
  const secret = generateSecret('hex', (target) => systemRandom().fill(target))
  const endpoint = await harness.endpoint({ url: receiver.url, signing: 'hex', secrets: only(secret), headers: { 'X-Tenant': 'a' } })
  const { delivery } = await harness.accept([endpoint], { eventId: 'evt_2', eventType: 'invoice.sent' })
  await harness.settles(1)
  const { headers, body } = receiver.got[0]!
  const [attempt] = await harness.attempts(delivery)
  expect(headers).toMatchObject({
    ...{ 'content-type': 'application/json', 'x-tenant': 'a', 'x-webhook-event': 'invoice.sent' },
    ...{ 'x-webhook-event-id': 'evt_2', 'x-webhook-id': attempt!.id },
  })
  const time = headers['x-webhook-timestamp'] as string
  expect(headers['x-webhook-signature']).toBe(createHmac('sha256', secret).update(`${time}.`).update(body).digest('hex'))
})

it('R79: a secret that is rotated out signs beside the new one until its time is over, also for retries', async () => {
  const clock = createFakeClock()
  await using receiver = await startReceiver(status(500))
  await using harness = await openHarness({ clock })
  const old = generateSecret('standard', (target) => systemRandom().fill(target))
  const secrets = [...only(SECRET), { text: old, expires_at: clock.now() + 60_000 }]
  const endpoint = await harness.endpoint({ url: receiver.url, secrets })
  await harness.accept([endpoint])
  await harness.settles(1)
  await harness.pass(300_000)
  await receiver.arrived(2)
  const fits = receiver.got.map(({ headers, body }) =>
    [SECRET, old].map((secret) => {
      const nowSeconds = Number(headers['webhook-timestamp'])
      return verify({ profile: 'standard', secrets: [secret], headers: headers as Record<string, string>, body, nowSeconds }).ok
    }),
  )
  expect(fits).toEqual([
    [true, true],
    [true, false],
  ])
})

it('an event id that holds a dot cannot be signed: the message id stands in for it', async () => {
  await using receiver = await startReceiver()
  await using harness = await openHarness()
  const { message } = await harness.accept([await harness.endpoint({ url: receiver.url })], { eventId: 'order.1' })
  await harness.settles(1)
  expect(receiver.got[0]!.headers['webhook-id']).toBe(message)
})

it.each([
  ['2xx', null, 299, 'delivered'],
  ['2xx', null, 404, 'waiting'],
  ['a list', '[202,409]', 409, 'delivered'],
  ['a list', '[202,409]', 200, 'waiting'],
] as const)('by the success rule of %s (%s), %i is %s', async (...[, success, code, expected]) => {
  await using receiver = await startReceiver(status(code))
  await using harness = await openHarness({ clock: createFakeClock() })
  const { delivery } = await harness.accept([await harness.endpoint({ url: receiver.url, success })])
  await harness.settles(1)
  expect(await harness.read(delivery)).toMatchObject({ status: expected, last_status: code })
})

it('F16: a redirect is a failure of its own class, and is not followed', async () => {
  await using elsewhere = await startReceiver()
  await using receiver = await startReceiver(status(302, { location: elsewhere.url }))
  await using harness = await openHarness({ clock: createFakeClock() })
  const { delivery } = await harness.accept([await harness.endpoint({ url: receiver.url })])
  await harness.settles(1)
  expect(await harness.read(delivery)).toMatchObject({ status: 'waiting', last_status: 302, last_failure: 'redirect' })
  expect(elsewhere.got).toHaveLength(0)
})

const drip: Answer = (_, response) => void response.writeHead(200).write('a')

it.each([
  ['says nothing', silence],
  ['begins its response and never ends it', drip],
] as const)('R72, R73, F11: a receiver that %s within 10 s has failed, and is tried again', async (_, answer) => {
  await using receiver = await startReceiver(answer)
  await using harness = await openHarness({ clock: createFakeClock() })
  const { delivery } = await harness.accept([await harness.endpoint({ url: receiver.url })])
  await receiver.arrived(1)
  await harness.pass(9_999)
  expect(harness.settled).toHaveLength(0)
  await harness.pass(1)
  await harness.settles(1)
  expect(await harness.read(delivery)).toMatchObject({
    status: 'waiting',
    attempts: 1,
    last_failure: 'response_timeout',
    last_status: null,
  })
  expect((await harness.attempts(delivery))[0]).toMatchObject({ duration_ms: 10_000, detail: expect.stringContaining('10000 ms') })
})

it.each([
  ['unlimited', 30_000, 30_000],
  ['pro', 30_000, 10_000],
  ['pro', 2_000, 2_000],
])('R87: on the plan %s, an endpoint that may take %i ms has %i ms', async (plan, timeout_ms, allowed) => {
  await using receiver = await startReceiver(silence)
  await using harness = await openHarness({ clock: createFakeClock(), plan })
  await harness.accept([await harness.endpoint({ url: receiver.url, timeout_ms })])
  await receiver.arrived(1)
  await harness.pass(allowed - 1)
  expect(harness.settled).toHaveLength(0)
  await harness.pass(1)
  await harness.settles(1)
})

it('F12: reads 64 KiB of an endless response, keeps 16, says so, and the status decides', async () => {
  const endless: Answer = (_, response) => {
    response.writeHead(200)
    const pour = (error?: Error | null): void => void (error || response.destroyed || response.write(Buffer.alloc(8192, 'x'), pour))
    pour()
  }
  await using receiver = await startReceiver(endless)
  await using harness = await openHarness()
  const { delivery } = await harness.accept([await harness.endpoint({ url: receiver.url })])
  await harness.settles(1)
  expect(await harness.read(delivery)).toMatchObject({ status: 'delivered' })
  const [attempt] = await harness.attempts(delivery)
  expect(attempt).toMatchObject({ response_truncated: 1, response_body: Buffer.alloc(16 * 1024, 'x') })
})

it('R78: an attempt is kept with its number, time, duration, status, phases, and both sides of the exchange', async () => {
  const clock = createFakeClock()
  await using receiver = await startReceiver(status(503, { 'x-why': 'busy' }, '{"code":"busy","message":"later"}'))
  await using harness = await openHarness({ clock })
  const endpoint = await harness.endpoint({ url: `${receiver.url}in?token=t&a=1`, headers: { Authorization: 'Bearer s', 'X-A': 'b' } })
  const { delivery, message } = await harness.accept([endpoint])
  await harness.settles(1)
  const [attempt] = await harness.attempts(delivery)
  expect(attempt).toMatchObject({
    ...{ application_id: harness.application, endpoint_id: endpoint, message_id: message, event_type: 'invoice.paid' },
    ...{ n: 1, manual: 0, ok: 0, started_at: clock.now(), status: 503, failure: 'http_503', detail: 'The receiver answered 503.' },
    ...{ next_at: (await harness.read(delivery)).next_at, url: `${receiver.url}in?token=redacted&a=1` },
    ...{ response_truncated: 0, response_body: Buffer.from('{"code":"busy","message":"later"}') },
  })
  expect(JSON.parse(attempt!.phases)).toMatchObject({ dnsMs: 0, firstByteMs: expect.any(Number), reused: false })
  const sent = Object.fromEntries(JSON.parse(attempt!.request_headers) as [string, string][])
  expect(sent).toMatchObject({
    'content-type': 'application/json',
    Authorization: '[redacted]',
    'X-A': '[redacted]',
    'webhook-id': message,
  })
  expect(receiver.got[0]!.headers).toMatchObject({ authorization: 'Bearer s', 'webhook-signature': sent['webhook-signature'] })
  expect(JSON.parse(attempt!.response_headers!)).toMatchObject({ 'x-why': 'busy' })
})

it('F21: a 410 ends the delivery and disables the endpoint; what is queued waits', async () => {
  await using receiver = await startReceiver(status(410))
  await using harness = await openHarness({ clock: createFakeClock(), inFlightMax: 1 })
  const endpoint = await harness.endpoint({ url: receiver.url })
  const { delivery } = await harness.accept([endpoint])
  const other = await harness.accept([endpoint])
  await harness.settles(1)
  await harness.pass(2000)
  expect(receiver.got).toHaveLength(1)
  expect(await harness.read(delivery)).toMatchObject({ status: 'failed', last_failure: 'http_410' })
  expect(await harness.read(other.delivery)).toMatchObject({ status: 'waiting', attempts: 0 })
  expect((await harness.snapshot()).endpoints).toMatchObject([{ id: endpoint, state: 'disabled' }])
  expect(harness.delivery.counts).toMatchObject({ lanes: 0, tasksInHand: 0 })
})

it.each([
  ['an address that is refused', { url: 'http://10.0.0.1/' }, 'address_refused', 1],
  ['a header that cannot be sent', { headers: { 'X-A': 'a\nb' } }, 'bad_header', 1],
  ['a secret that cannot sign', { secrets: only('whsec_!') }, 'secret_unusable', 0],
  ['no secret', { secrets: [] }, 'secret_unusable', 0],
] as const)('%s ends the delivery at once, and counts for nothing', async (...[, fields, failure, attempts]) => {
  await using receiver = await startReceiver()
  await using harness = await openHarness({ clock: createFakeClock(), disableAfter: 1 })
  const endpoint = await harness.endpoint({ url: receiver.url, ...fields })
  const { delivery } = await harness.accept([endpoint])
  await harness.settles(1)
  expect(await harness.read(delivery)).toMatchObject({ status: 'failed', last_failure: failure, attempts, next_at: null })
  expect(await harness.lane(endpoint)).toMatchObject({ failures: 0, state: 0 })
  expect(receiver.got).toHaveLength(0)
})

it('a payload that is kept no more cannot be sent', async () => {
  const clock = createFakeClock()
  await using receiver = await startReceiver(status(500))
  await using harness = await openHarness({ clock })
  const { delivery, message } = await harness.accept([await harness.endpoint({ url: receiver.url })])
  await harness.settles(1)
  await harness.expunge(message)
  await harness.pass(10_000)
  await harness.settles(2)
  expect(await harness.read(delivery)).toMatchObject({ status: 'failed', last_failure: 'payload_expunged', attempts: 1 })
})

it('a resend is one attempt under the same webhook id, whose outcome is the delivery’s', async () => {
  await using receiver = await startReceiver(status(500))
  await using harness = await openHarness({ clock: createFakeClock() })
  const endpoint = await harness.endpoint({ url: receiver.url, retry_policy: '{"waitsSeconds":[]}' })
  const { delivery } = await harness.accept([endpoint])
  await harness.settles(1)
  for (const [code, expected] of [
    [500, 'failed'],
    [200, 'delivered'],
  ] as const) {
    receiver.answer(status(code))
    await harness.pass(2000)
    expect(await harness.store.resend([delivery])).toEqual([delivery])
    const settled = harness.settled.length
    await harness.pass(2000)
    await harness.settles(settled + 1)
    expect(await harness.read(delivery)).toMatchObject({ status: expected })
  }
  expect((await harness.attempts(delivery)).map(({ n, manual, status: code }) => [n, manual, code])).toEqual([
    [1, 0, 500],
    [2, 1, 500],
    [3, 1, 200],
  ])
  expect(new Set(receiver.got.map((got) => got.headers['webhook-id'])).size).toBe(1)
})

it('a resend beside a retry that is due too waits for it, so that each has a number of its own', async () => {
  await using receiver = await startReceiver(status(500))
  await using harness = await openHarness({ clock: createFakeClock() })
  const endpoint = await harness.endpoint({ url: receiver.url, retry_policy: '{"waitsSeconds":[5,600]}' })
  const { delivery } = await harness.accept([endpoint])
  await harness.settles(1)
  receiver.answer(silence)
  // The lane is given back meanwhile, so the next owner finds both tasks at once.
  await harness.store.resend([delivery])
  await harness.pass(5500)
  await receiver.arrived(2)
  expect(receiver.open).toBe(1)
  receiver.answer(status(500))
  await harness.pass(10_000)
  await harness.settles(3)
  const made = await harness.attempts(delivery)
  expect(made.map((attempt) => attempt.n)).toEqual([1, 2, 3])
  expect(made.filter((attempt) => attempt.manual === 1)).toHaveLength(1)
})

it('a delivery whose endpoint was deleted is cancelled', async () => {
  await using receiver = await startReceiver(silence)
  await using harness = await openHarness({ clock: createFakeClock(), inFlightMax: 1 })
  const endpoint = await harness.endpoint({ url: receiver.url })
  await harness.accept([endpoint])
  const other = await harness.accept([endpoint])
  await receiver.arrived(1)
  // As if the process had died between deleting the endpoint and ending what waited for it.
  await harness.change(endpoint, { deleted_at: 1 })
  await harness.pass(10_000)
  await harness.settles(2)
  expect(await harness.read(other.delivery)).toMatchObject({ status: 'cancelled', last_failure: 'endpoint_removed', attempts: 0 })
})
