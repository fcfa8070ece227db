import type { DeliveryId, EndpointId, RunId } from '#domain'
import { createFakeClock, createSeededRandom } from '#platform/testing'
import { laneStates } from '#store'
import { expect, it } from 'vitest'
import { openHarness, silence, startReceiver, status, type Answer, type Harness } from '../../../../test/support/delivery-harness.ts'
import type { DeliveryOptions } from './index.ts'

const EVENTS = 60
const ENDPOINTS = 4

const answers: readonly Answer[] = [
  ...[status(200), status(200), status(204), status(500), status(404), status(410), silence],
  ...[status(429, { 'retry-after': '3' }), status(503, {}, '{"retry_in":2}'), status(302, { location: '/' })],
  (_, response) => void response.destroy(),
]

/**
 * Whatever happens in whatever order, each delivery that was accepted is in the store's care or at its end, nothing is settled twice,
 * attempts are numbered without gaps, and once all is well again everything ends.
 */
it.each(Array.from({ length: 12 }, (_, i) => i + 1))(
  'ends every delivery, settles none twice, under random events (seed %i)',
  async (seed) => {
    const random = createSeededRandom(seed)
    const pick = <T>(list: readonly T[]): T => list[Math.floor(random.unit() * list.length)]!
    await using receiver = await startReceiver((got, response) => behaviours.get(got.path)!(got, response))
    const behaviours = new Map<string, Answer>()
    let storeFails = false
    const change = (options: DeliveryOptions) => ({
      ...options,
      committer: {
        ...options.committer,
        settle: async (...settlement: Parameters<typeof options.committer.settle>) => {
          if (storeFails) throw new Error('the store is away')
          return options.committer.settle(...settlement)
        },
      },
    })
    await using harness = await openHarness({ clock: createFakeClock(), inFlightMax: 8, disableAfter: 12, change })
    const endpoints: EndpointId[] = []
    for (let i = 0; i < ENDPOINTS; i++) {
      behaviours.set(`/${i}`, status(200))
      endpoints.push(await harness.endpoint({ url: `${receiver.url}${i}`, retry_policy: '{"waitsSeconds":[1,5,30]}', timeout_ms: 4000 }))
    }
    behaviours.set('/step', status(200))
    const deliveries: DeliveryId[] = []
    const runs: RunId[] = []

    const accept = async (): Promise<void> => {
      const active = (await harness.snapshot()).endpoints.filter((endpoint) => endpoint.state !== 'disabled').map((endpoint) => endpoint.id)
      const chosen = active.filter(() => random.unit() < 0.6) as EndpointId[]
      if (chosen.length > 0) deliveries.push(...(await harness.accept(chosen)).deliveries)
    }
    const enable = (endpoint: EndpointId) => harness.change(endpoint, { state: 'active' }, laneStates.ready)
    const events: readonly (readonly [weight: number, act: () => Promise<unknown>])[] = [
      [12, accept],
      [2, async () => deliveries.push(...(await parkOne()))],
      [8, async () => behaviours.set(pick([...behaviours.keys()]), pick(answers))],
      [6, () => harness.pass(Math.ceil(random.unit() * 2000))],
      [4, () => harness.pass(Math.ceil(random.unit() * 40_000))],
      [2, () => harness.change(pick(endpoints), { state: 'paused' }, laneStates.paused)],
      [1, () => harness.change(pick(endpoints), { state: 'disabled' }, laneStates.disabled)],
      [4, () => enable(pick(endpoints))],
      [3, async () => deliveries.length > 0 && harness.store.resend([pick(deliveries)])],
      [2, async () => (storeFails = !storeFails)],
      [2, () => harness.loseLife()],
      [1, () => harness.restart()],
      [1, () => harness.crash()],
    ]
    const parkOne = async (): Promise<DeliveryId[]> => {
      const { run, delivery } = await harness.park({ url: `${receiver.url}step`, retryPolicy: { waitsSeconds: [1, 5] }, timeoutMs: 4000 })
      runs.push(run)
      return [delivery]
    }
    const total = events.reduce((sum, [weight]) => sum + weight, 0)
    for (let i = 0; i < EVENTS; i++) {
      let at = random.unit() * total
      await events.find(([weight]) => (at -= weight) < 0)![1]()
      await expectKept(harness, deliveries)
    }

    storeFails = false
    for (const path of behaviours.keys()) behaviours.set(path, status(200))
    // What was under way, or could not be settled, may still disable an endpoint.
    await harness.pass(20_000)
    for (const endpoint of endpoints) await enable(endpoint)
    for (let i = 0; i < 60 && (await harness.tasks()).length > 0; i++) await harness.pass(31_000)
    await harness.pass(2000)
    await expectEnded(harness, deliveries, runs)
  },
)

/** Each delivery that is not at its end has a task, and nothing was settled twice. */
async function expectKept(harness: Harness, deliveries: readonly DeliveryId[]): Promise<void> {
  const tasks = new Set((await harness.tasks()).map((task) => task.delivery))
  for (const id of deliveries) {
    const { status: state } = await harness.read(id)
    if (!['delivered', 'failed', 'cancelled'].includes(state)) expect(tasks, `${id} is ${state}`).toContain(id)
  }
  const keys = harness.settled
    .filter(({ result }) => result.settled)
    .map(({ settlement: { task } }) => `${task.delivery} ${task.due} ${task.manual}`)
  expect(new Set(keys).size).toBe(keys.length)
}

async function expectEnded(harness: Harness, deliveries: readonly DeliveryId[], runs: readonly RunId[]): Promise<void> {
  expect(await harness.tasks()).toEqual([])
  for (const id of deliveries) {
    const delivery = await harness.read(id)
    expect(['delivered', 'failed']).toContain(delivery.status)
    const numbers = (await harness.attempts(id)).map((attempt) => attempt.n)
    expect(numbers).toEqual(Array.from({ length: delivery.attempts }, (_, i) => i + 1))
  }
  expect(harness.woken.map(({ run }) => run).sort((a, b) => (a < b ? -1 : 1))).toEqual([...runs].sort((a, b) => (a < b ? -1 : 1)))
  expect(harness.delivery.counts).toEqual({ lanes: 0, tasksInHand: 0, contentBytes: 0, underWay: 0, unsettled: 0 })
}
