import { belonging, generateSecret } from '#domain'
import { createVault } from '#platform'
import { createFakeClock, createSeededRandom } from '#platform/testing'
import { tablesOf } from '#store/testing'
import { expect, it } from 'vitest'
import { openHarness, startReceiver, type Harness } from '../../../../test/support/delivery-harness.ts'

const random = createSeededRandom(3)
/** Another installation's key, or the one that is lost. */
const elsewhere = createVault([{ id: 'lost', key: new Uint8Array(32).fill(7) }], random)

/** As a row of the endpoint's secret is under the one key or the other. */
async function sealAnew(harness: Harness, endpoint: string, vault: Pick<typeof elsewhere, 'seal'>): Promise<void> {
  const sealed = vault.seal(
    generateSecret('standard', (target) => random.fill(target)),
    belonging.endpointSecret(endpoint),
  )
  const db = tablesOf(harness.store)
  const { version } = await db.selectFrom('application').select('version').where('id', '=', harness.application).executeTakeFirstOrThrow()
  const query = db.updateTable('endpoint_secret').set({ sealed }).where('endpoint_id', '=', endpoint).compile()
  await harness.store.mutate({ statements: [{ query, rows: 1 }], application: { id: harness.application, version }, audit: [] })
}

it('what waits for a secret that cannot be opened is held, not counted and not lost, and goes on by itself when it opens', async () => {
  await using receiver = await startReceiver()
  await using harness = await openHarness({ clock: createFakeClock(), disableAfter: 1 })
  const [endpoint, other] = [await harness.endpoint({ url: receiver.url }), await harness.endpoint({ url: receiver.url })]
  await sealAnew(harness, endpoint, elsewhere)
  const first = await harness.accept([endpoint, other])
  await harness.settles(2)
  const later = await harness.accept([endpoint])
  await harness.pass(65_000)
  expect(receiver.got).toHaveLength(1)
  expect(await harness.read(first.delivery)).toMatchObject({ status: 'held', attempts: 0, retries: 0, last_failure: 'secret_unreadable' })
  expect(await harness.read(first.deliveries[1]!)).toMatchObject({ status: 'delivered' })
  expect(await harness.lane(endpoint)).toMatchObject({ failures: 0, state: 0 })
  expect(harness.delivery.counts.lanes).toBe(0)
  await sealAnew(harness, endpoint, harness.vault)
  await harness.pass(31_000)
  await receiver.arrived(3)
  await harness.pass(1000)
  for (const { delivery } of [first, later])
    expect(await harness.read(delivery)).toMatchObject({ status: 'delivered', attempts: 1, last_failure: null })
})

it('a lane that waits for its secret looks at one delivery or so each half minute, whatever its backlog', async () => {
  await using receiver = await startReceiver()
  await using harness = await openHarness({ clock: createFakeClock() })
  const endpoint = await harness.endpoint({ url: receiver.url })
  await sealAnew(harness, endpoint, elsewhere)
  for (let i = 0; i < 200; i++) await harness.accept([endpoint])
  await harness.pass(1000)
  const settled = harness.settled.length
  await harness.pass(120_000)
  // As many as a lane starts at once, at most, in each of the four looks.
  expect(harness.settled.length - settled).toBeLessThanOrEqual(4 * 32)
  expect(receiver.got).toHaveLength(0)
})

it('in an ordered lane nothing overtakes what waits for a secret', async () => {
  await using receiver = await startReceiver()
  await using harness = await openHarness({ clock: createFakeClock() })
  const endpoint = await harness.endpoint({ url: receiver.url, ordered: 1 })
  await sealAnew(harness, endpoint, elsewhere)
  for (const n of [1, 2, 3]) await harness.accept([endpoint], { payload: `{"n":${n}}` })
  await harness.pass(61_000)
  await sealAnew(harness, endpoint, harness.vault)
  await harness.pass(31_000)
  await receiver.arrived(3)
  expect(receiver.got.map(({ body }) => body.toString())).toEqual(['{"n":1}', '{"n":2}', '{"n":3}'])
})

it('a step whose request cannot be opened waits, and the others of its lane go on', async () => {
  await using receiver = await startReceiver()
  await using harness = await openHarness({ clock: createFakeClock() })
  const held = await harness.park({ url: receiver.url }, '{"held":true}', elsewhere)
  const other = await harness.park({ url: receiver.url })
  await receiver.arrived(1)
  await harness.settles(2)
  expect(await harness.read(other.delivery)).toMatchObject({ status: 'delivered' })
  expect(await harness.read(held.delivery)).toMatchObject({
    status: 'held',
    attempts: 0,
    last_failure: 'secret_unreadable',
    run_id: held.run,
  })
})

it.each([
  ['of a lost key', (endpoint: string) => elsewhere.seal('whsec_AAAA', belonging.endpointSecret(endpoint))],
  // As where a row was altered, or copied from another endpoint.
  ['that is damaged', (_: string, harness: Harness) => harness.vault.seal('whsec_AAAA', belonging.endpointSecret('ep_other'))],
  ['that cannot sign', (endpoint: string, harness: Harness) => harness.vault.seal('no key', belonging.endpointSecret(endpoint))],
])('an old secret %s, in its time of grace, does not hold what the new one signs', async (_, sealedFor) => {
  await using receiver = await startReceiver()
  await using harness = await openHarness({ clock: createFakeClock() })
  const endpoint = await harness.endpoint({ url: receiver.url })
  const db = tablesOf(harness.store)
  const row = { id: harness.ids.make('sec'), endpoint_id: endpoint, created_at: 0, expires_at: harness.clock.now() + 86_400_000 }
  const query = db
    .insertInto('endpoint_secret')
    .values({ ...row, sealed: sealedFor(endpoint, harness) })
    .compile()
  await harness.store.mutate({ statements: [{ query }], application: null, audit: [] })
  await harness.accept([endpoint])
  await receiver.arrived(1)
  expect(receiver.got[0]!.headers['webhook-signature']).toMatch(/^v1,\S+$/)
})
