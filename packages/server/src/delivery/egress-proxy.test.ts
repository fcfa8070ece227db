import { createFakeClock } from '#platform/testing'
import { expect, it } from 'vitest'
import { openHarness, startReceiver, status } from '../../../../test/support/delivery-harness.ts'
import { startForwardProxy } from '../../../../test/support/forward-proxy.ts'

const NO_WAY = 'HTTP/1.1 503 Service Unavailable\r\n\r\n'

it('what the egress proxy fails to do is tried again, and neither opens a circuit nor disables an endpoint', async () => {
  await using proxy = await startForwardProxy()
  await using receiver = await startReceiver()
  const clock = createFakeClock()
  await using harness = await openHarness({ clock, disableAfter: 6, proxyUrl: `http://127.0.0.1:${proxy.port}` })
  const endpoint = await harness.endpoint({ url: `http://hook.example:${new URL(receiver.url).port}/`, retry_policy: '"invoice"' })
  const troubles = [NO_WAY, 'HTTP/1.1 407 Who\r\n\r\n', 'nonsense\r\n\r\n', '']
  for (let settled = 1; settled <= 8; settled++) {
    proxy.refuse(() => troubles[settled % troubles.length])
    await harness.accept([endpoint])
    await harness.settles(settled)
  }
  expect(harness.settled.map(({ settlement }) => settlement.next.kind)).toEqual(Array(8).fill('retry'))
  expect(await harness.lane(endpoint)).toMatchObject({ failures: 0, circuit_until: 0 })
  expect((await harness.snapshot()).endpoints[0]!.state).toBe('active')

  proxy.refuse(() => undefined)
  await harness.pass(3_600_000)
  await harness.settles(16)
  expect(receiver.got).toHaveLength(8)
  expect((await harness.tasks()).length).toBe(0)
})

it('a host that is down while the proxy reaches others is disabled as any is', async () => {
  await using proxy = await startForwardProxy()
  await using receiver = await startReceiver(status(200))
  const clock = createFakeClock()
  await using harness = await openHarness({ clock, disableAfter: 3, proxyUrl: `http://127.0.0.1:${proxy.port}` })
  const { port } = new URL(receiver.url)
  const works = await harness.endpoint({ url: `http://works.example:${port}/` })
  const dead = await harness.endpoint({ url: `http://dead.example:${port}/`, retry_policy: '"invoice"' })
  proxy.refuse((head) => (head.includes('dead') ? NO_WAY : undefined))
  await harness.accept([works])
  await harness.settles(1)
  for (let settled = 2; settled <= 4; settled++) {
    await harness.accept([dead])
    await harness.settles(settled)
  }
  expect(await harness.lane(dead)).toMatchObject({ failures: 3 })
  const { endpoints } = await harness.snapshot()
  expect(Object.fromEntries(endpoints.map(({ id, state }) => [id, state]))).toEqual({ [works]: 'active', [dead]: 'disabled' })
})
