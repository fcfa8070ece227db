import { type TransformAnswer, type TransformJob } from '#platform'
import { createFakeClock } from '#platform/testing'
import { expect, it } from 'vitest'
import { openHarness, startReceiver, status } from '../../../../test/support/delivery-harness.ts'
import type { DeliveryOptions } from './index.ts'

const transformation = JSON.stringify({ expression: '$now() ? { "made": amount }' })

/** The room with an answer of its own to each expression. */
const answering = (answer: (job: TransformJob, owner: string) => TransformAnswer) => (options: DeliveryOptions) => ({
  ...options,
  transforms: { known: () => undefined, evaluate: (job: TransformJob, owner: string) => Promise.resolve(answer(job, owner)) },
})

it('what cannot be computed at this moment is tried again, and is no attempt', async () => {
  await using receiver = await startReceiver()
  const jobs: [TransformJob, string][] = []
  const busy: TransformAnswer = { ok: false, code: 'overloaded', message: 'Too many expressions wait.' }
  const change = answering((job, owner) => {
    jobs.push([job, owner])
    return jobs.length < 3 ? busy : { ok: true, output: '{"made":1}' }
  })
  await using harness = await openHarness({ clock: createFakeClock(), change })
  const endpoint = await harness.endpoint({ url: receiver.url, transformation })
  const { delivery, message } = await harness.accept([endpoint])
  while (harness.settled.length === 0) await harness.pass(500)
  expect(jobs).toHaveLength(3)
  expect(jobs[0]).toEqual([
    { expression: expect.any(String), input: '{"amount":1}', variables: { eventType: 'invoice.paid', webhookId: message } },
    harness.application,
  ])
  expect(receiver.got.map(({ body }) => body.toString())).toEqual(['{"made":1}'])
  expect(await harness.read(delivery)).toMatchObject({ status: 'delivered', attempts: 1 })
})

it('it is made anew at each attempt, by the expression that holds then', async () => {
  await using receiver = await startReceiver(status(500))
  await using harness = await openHarness({
    clock: createFakeClock(),
    change: answering((job) => ({ ok: true, output: JSON.stringify(job.expression) })),
  })
  const endpoint = await harness.endpoint({ url: receiver.url, transformation: '{"expression":"$map(a, $f)"}' })
  const { delivery } = await harness.accept([endpoint])
  await harness.settles(1)
  await harness.change(endpoint, { transformation: '{"expression":"$map(b, $f)"}' })
  receiver.answer(status(200))
  await harness.pass(10_000)
  await harness.settles(2)
  expect(receiver.got.map(({ body }) => body.toString())).toEqual(['"$map(a, $f)"', '"$map(b, $f)"'])
  const attempts = await harness.attempts(delivery)
  expect(attempts.map(({ request_bytes, request_body }) => [request_bytes, Buffer.from(request_body!).toString()])).toEqual([
    [13, '"$map(a, $f)"'],
    [13, '"$map(b, $f)"'],
  ])
})

it('one that this version cannot read ends its deliveries with the reason, and no other endpoint suffers', async () => {
  await using receiver = await startReceiver()
  await using harness = await openHarness()
  const broken = await harness.endpoint({ url: receiver.url, transformation: '{"expression":"$sum("}' })
  const whole = await harness.endpoint({ url: receiver.url })
  const { deliveries } = await harness.accept([broken, whole])
  await harness.settles(2)
  expect(await harness.read(deliveries[0]!)).toMatchObject({ status: 'failed', last_failure: 'transformation_invalid', attempts: 0 })
  expect(await harness.read(deliveries[1]!)).toMatchObject({ status: 'delivered' })
  expect(await harness.lane(broken)).toMatchObject({ failures: 0 })
})

it('expressions of one application that take long do not hold up its endpoints without any', async () => {
  await using receiver = await startReceiver()
  await using harness = await openHarness()
  const slow = await harness.endpoint({
    url: receiver.url,
    transformation: JSON.stringify({ expression: '($f := function($n) { $n < 2 ? 1 : $f($n - 1) + $f($n - 2) }; $f(60))' }),
  })
  const plain = await harness.endpoint({ url: `${receiver.url}plain` })
  for (let i = 0; i < 8; i++) await harness.accept([slow])
  const { delivery } = await harness.accept([plain])
  await receiver.arrived(1)
  expect(receiver.got[0]!.path).toBe('/plain')
  await harness.settles(9)
  expect(await harness.read(delivery)).toMatchObject({ status: 'delivered' })
  const failed = harness.settled.filter(
    ({ settlement }) => settlement.next.kind === 'end' && settlement.next.failure === 'transformation_timeout',
  )
  expect(failed).toHaveLength(8)
})
