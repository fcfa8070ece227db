import { createFakeClock } from '#platform/testing'
import { expect, it } from 'vitest'
import { openHarness, startReceiver, type Harness } from '../../../../test/support/delivery-harness.ts'
import { startForwardProxy } from '../../../../test/support/forward-proxy.ts'

const PROBE_MS = 30_000
const HOUR_MS = 3_600_000

/** Names for hosts at one address, of which some cannot be resolved. */
function createNames(address = '127.0.0.1') {
  const lost = new Set<string>()
  return {
    lost,
    async lookup(hostname: string): Promise<readonly string[]> {
      if (lost.has(hostname)) throw Object.assign(new Error('try again'), { code: 'EAI_AGAIN' })
      return [address]
    },
  }
}

const endpointAt = (harness: Harness, hostname: string, port: string) =>
  harness.endpoint({ url: `http://${hostname}:${port}/`, retry_policy: '"invoice"' })

const statesOf = async (harness: Harness) =>
  Object.fromEntries((await harness.snapshot()).endpoints.map(({ id, state }) => [id, state] as const))

/** As many tries as the lane makes: each has a message of its own to be made with. */
async function probe(harness: Harness, endpoint: Awaited<ReturnType<Harness['endpoint']>>, times: number): Promise<void> {
  for (let i = 0; i < times; i++) {
    const before = harness.settled.length
    await harness.accept([endpoint])
    await harness.pass(PROBE_MS)
    await harness.settles(before + 1)
  }
}

it('two hours without a way out disable nobody, and what waited is delivered when it is back', async () => {
  await using receiver = await startReceiver()
  const names = createNames()
  await using harness = await openHarness({ clock: createFakeClock(), lookup: names.lookup })
  const hosts = ['one.example', 'two.example', 'three.example']
  const { port } = new URL(receiver.url)
  const endpoints = await Promise.all(hosts.map((host) => endpointAt(harness, host, port)))
  await harness.accept(endpoints)
  await harness.settles(3)

  for (const host of hosts) names.lost.add(host)
  // What was resolved is remembered for so long.
  await harness.pass(60_000)
  for (let tried = 1; tried <= 240; tried++) {
    await harness.accept(endpoints)
    await harness.pass(PROBE_MS)
    await harness.settles(3 + 3 * tried)
    expect(Object.values(await statesOf(harness))).toEqual(['active', 'active', 'active'])
  }
  for (const endpoint of endpoints) expect(await harness.lane(endpoint)).toMatchObject({ failures: 5, circuit_until: expect.any(Number) })
  expect(harness.log.entries.filter(({ event }) => event === 'egress.reach.lost').length).toBeGreaterThanOrEqual(119)

  names.lost.clear()
  for (let hours = 0; (await harness.tasks()).length > 0 && hours < 48; hours++) await harness.pass(HOUR_MS)
  expect(await harness.tasks()).toEqual([])
  expect(receiver.got).toHaveLength(3 * 241)
})

it('a host that is away while others are reached is disabled as ever', async () => {
  await using receiver = await startReceiver()
  // Only by a proxy is there an internet to be reached in a test.
  await using proxy = await startForwardProxy()
  const names = createNames('93.184.215.14')
  const proxyUrl = `http://127.0.0.1:${proxy.port}`
  await using harness = await openHarness({ clock: createFakeClock(), disableAfter: 8, lookup: names.lookup, proxyUrl })
  const { port } = new URL(receiver.url)
  const [one, two, dead] = await Promise.all(['one.example', 'two.example', 'dead.example'].map((host) => endpointAt(harness, host, port)))
  names.lost.add('dead.example')
  for (let tried = 1; tried <= 8 && (await statesOf(harness))[dead!] === 'active'; tried++) {
    const before = harness.settled.length
    await harness.accept([one!, two!])
    await harness.settles(before + 2)
    await probe(harness, dead!, 1)
  }
  expect(await harness.lane(dead!)).toMatchObject({ failures: 8 })
  expect(await statesOf(harness)).toEqual({ [one!]: 'active', [two!]: 'active', [dead!]: 'disabled' })
})

it('the only host there is opens its circuit, and is disabled when nobody was reached for three days', async () => {
  const names = createNames()
  await using harness = await openHarness({ clock: createFakeClock(), disableAfter: 8, lookup: names.lookup })
  const endpoint = await endpointAt(harness, 'dead.example', '8080')
  names.lost.add('dead.example')
  await probe(harness, endpoint, 20)
  expect(await harness.lane(endpoint)).toMatchObject({ failures: 5, circuit_until: expect.any(Number) })
  expect((await statesOf(harness))[endpoint]).toBe('active')
  await harness.pass(70 * HOUR_MS)
  await probe(harness, endpoint, 20)
  expect((await statesOf(harness))[endpoint]).toBe('active')
  await harness.pass(2 * HOUR_MS)
  for (let i = 0; i < 100 && (await statesOf(harness))[endpoint] === 'active'; i++) await harness.pass(PROBE_MS)
  expect((await statesOf(harness))[endpoint]).toBe('disabled')
})
