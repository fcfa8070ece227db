import { limits } from '#domain'
import { createFakeClock } from '#platform/testing'
import { Webhook as StandardWebhook } from 'standardwebhooks'
import { expect, it } from 'vitest'
import { openHarness, silence, startReceiver, status } from '../../../../test/support/delivery-harness.ts'

it.each([200, 204])('R21, R23: a step is OK with %i, and its run wakes with what the receiver said', async (code) => {
  await using receiver = await startReceiver(status(code, {}, code === 200 ? '{"ok":1}' : ''))
  await using harness = await openHarness()
  const { run, delivery } = await harness.park({ url: receiver.url }, '{"event":"order_created"}')
  await harness.settles(1)
  expect(harness.woken).toMatchObject([{ run, rev: 2 }])
  expect(await harness.wake(run)).toEqual({ ok: true, code: null, message: null, status: code, body: code === 200 ? '{"ok":1}' : '' })
  expect(receiver.got[0]!.body.toString()).toBe('{"event":"order_created"}')
  expect(await harness.read(delivery)).toMatchObject({ status: 'delivered', attempts: 1 })
})

it.each([201, 301, 404, 410, 503])('R24: a step’s receiver that answers %i is tried again', async (code) => {
  await using receiver = await startReceiver(status(code, { location: '/' }))
  await using harness = await openHarness({ clock: createFakeClock() })
  const { delivery } = await harness.park({ url: receiver.url })
  await harness.settles(1)
  expect(await harness.read(delivery)).toMatchObject({ status: 'waiting', retries: 1, last_status: code })
  expect(harness.woken).toEqual([])
})

it('a step is sent with its own headers and token, signed if it asks for it, under its delivery’s id', async () => {
  await using receiver = await startReceiver()
  await using harness = await openHarness()
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
  const headers = { Authorization: 'Bearer t', 'X-Innocent': 'from a secret', 'content-type': 'application/ld+json' }
  const { delivery } = await harness.park({ url: receiver.url, headers, signing: { profile: 'standard', secret } })
  await harness.settles(1)
  const { headers: got, body } = receiver.got[0]!
  expect(got).toMatchObject({ authorization: 'Bearer t', 'content-type': 'application/ld+json', 'webhook-id': delivery })
  expect(new StandardWebhook(secret).verify(body.toString(), got as Record<string, string>)).toEqual({ id: 'x' })
  const [attempt] = await harness.attempts(delivery)
  const logged = Object.fromEntries(JSON.parse(attempt!.request_headers) as [string, string][])
  expect(logged).toMatchObject({ Authorization: '[redacted]', 'X-Innocent': '[redacted]', 'content-type': 'application/ld+json' })
})

it('R29: a receiver that stays down ends the step as failed after 12 h, and the run reads why', async () => {
  const clock = createFakeClock()
  await using receiver = await startReceiver(status(500, {}, '{"message":"on fire"}'))
  await using harness = await openHarness({ clock })
  const began = clock.now()
  const { run, delivery } = await harness.park({ url: receiver.url })
  for (let settled = 1; harness.woken.length === 0; settled++) {
    await harness.settles(settled)
    const { next_at: next } = await harness.read(delivery)
    if (next !== null) await harness.pass(next - clock.now())
  }
  // 9 waits that double, then every 30 minutes.
  expect(await harness.read(delivery)).toMatchObject({ status: 'failed', retries: 31, attempts: 32, last_failure: 'http_500' })
  expect(clock.now() - began).toBeLessThanOrEqual(12 * 3_600_000)
  expect(await harness.wake(run)).toMatchObject({ ok: false, code: 'http_500', message: 'The receiver answered 500: on fire', status: 500 })
})

it('R22: a step waits for the response as long as it says, and its flow hears of a timeout', async () => {
  await using receiver = await startReceiver(silence)
  await using harness = await openHarness({ clock: createFakeClock() })
  const { run } = await harness.park({ url: receiver.url, timeoutMs: 2500, retryPolicy: { waitsSeconds: [] } })
  await receiver.arrived(1)
  await harness.pass(2499)
  expect(harness.settled).toHaveLength(0)
  await harness.pass(1)
  await harness.settles(1)
  expect(await harness.wake(run)).toMatchObject({ ok: false, code: 'timeout', status: null, body: null })
})

it('the run reads up to 64 KiB of the response; the log keeps 16', async () => {
  await using receiver = await startReceiver(status(200, {}, 'x'.repeat(60_000)))
  await using harness = await openHarness()
  const { run, delivery } = await harness.park({ url: receiver.url })
  await harness.settles(1)
  expect((await harness.wake(run)).body).toHaveLength(60_000)
  expect((await harness.attempts(delivery))[0]!.response_body).toHaveLength(limits.responseBytesKept)
})

it('steps have no circuit: many failures of one run do not hold another one back', async () => {
  const clock = createFakeClock()
  await using receiver = await startReceiver(status(500))
  await using harness = await openHarness({ clock, disableAfter: 3 })
  for (let i = 1; i <= 8; i++) {
    await harness.park({ url: receiver.url })
    await harness.settles(i)
  }
  receiver.answer(status(200))
  const { delivery } = await harness.park({ url: receiver.url })
  await harness.settles(9)
  expect(await harness.read(delivery)).toMatchObject({ status: 'delivered' })
  expect(await harness.lane('flow_1/notify')).toMatchObject({ circuit_until: 0, state: 0 })
})

it('a secret that cannot sign ends the step at once', async () => {
  await using receiver = await startReceiver()
  await using harness = await openHarness()
  const { run, delivery } = await harness.park({ url: receiver.url, signing: { profile: 'standard', secret: '!' } })
  await harness.settles(1)
  expect(await harness.read(delivery)).toMatchObject({ status: 'failed', last_failure: 'secret_unusable' })
  expect(await harness.wake(run)).toMatchObject({ ok: false, code: 'secret_unusable' })
})

it('R29: a step whose receiver is down is KO in plain words, which do not show the address', async () => {
  const receiver = await startReceiver()
  const { url } = receiver
  await receiver[Symbol.asyncDispose]()
  await using harness = await openHarness()
  const { run } = await harness.park({ url, retryPolicy: { waitsSeconds: [], jitter: 0 } })
  await harness.settles(1)
  const wake = await harness.wake(run)
  expect(wake).toMatchObject({ ok: false, code: 'connect_refused', message: 'Nothing listens at this address and port.', status: null })
})
