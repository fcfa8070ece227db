import { limits } from '#domain'
import { createFakeClock } from '#platform/testing'
import { expect, it } from 'vitest'
import { openHarness, startReceiver, status } from '../../../../test/support/delivery-harness.ts'

it('an http_request is sent with its own method, and its run reads the whole answer', async () => {
  await using receiver = await startReceiver(status(201, { 'x-next': 'p2' }, `{"text":"${'é'.repeat(100_000)}"}`))
  await using harness = await openHarness()
  const { run } = await harness.park({ method: 'PUT', url: receiver.url, headers: { 'Content-Type': 'text/csv' }, success: '2xx' }, 'a,b')
  await harness.settles(1)
  const [got] = receiver.got
  expect([got!.method, got!.body.toString(), got!.headers['content-type']]).toEqual(['PUT', 'a,b', 'text/csv'])
  const wake = (await harness.wake(run)) as { body: string }
  expect(wake).toMatchObject({ ok: true, status: 201, headers: { 'x-next': 'p2' } })
  expect((JSON.parse(wake.body) as { text: string }).text).toBe('é'.repeat(100_000))
})

it('a GET has neither body nor content type', async () => {
  await using receiver = await startReceiver(status(200, {}, '{}'))
  await using harness = await openHarness()
  await harness.park({ method: 'GET', url: receiver.url }, '')
  await harness.settles(1)
  const { method, headers, body } = receiver.got[0]!
  expect([method, body.length, headers['content-type'], headers['content-length']]).toEqual(['GET', 0, undefined, undefined])
})

it('an answer that is no text comes as base64', async () => {
  await using receiver = await startReceiver((_, response) => response.writeHead(200).end(Buffer.from([0xff, 0, 0xfe])))
  await using harness = await openHarness()
  const { run } = await harness.park({ method: 'GET', url: receiver.url }, '')
  await harness.settles(1)
  expect(await harness.wake(run)).toMatchObject({ ok: true, body: '/wD+', encoding: 'base64' })
})

it('an answer that is larger than a step may keep is a failure, not half an answer', async () => {
  await using receiver = await startReceiver(status(200, {}, 'x'.repeat(limits.stepOutputBytesMax + 1)))
  await using harness = await openHarness()
  const { run } = await harness.park({ method: 'GET', url: receiver.url }, '')
  await harness.settles(1)
  expect(await harness.wake(run)).toMatchObject({ ok: false, code: 'response_too_large', status: 200, body: null })
})

it('is tried again as its policy says, and `retry_in` in the answer means nothing', async () => {
  const clock = createFakeClock()
  await using receiver = await startReceiver(status(503, {}, '{"retry_in":7000}'))
  await using harness = await openHarness({ clock })
  const { delivery } = await harness.park({ method: 'GET', url: receiver.url, retryPolicy: { waitsSeconds: [60], jitter: 0 } }, '')
  await harness.settles(1)
  expect((await harness.read(delivery)).next_at! - clock.now()).toBe(60_000)
})
