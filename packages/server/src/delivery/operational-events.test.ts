import { createOperationalMessages, type ConfigCache } from '#coordination'
import { generateSecret, belonging, operationalApplication } from '#domain'
import { createFakeClock, createSeededRandom } from '#platform/testing'
import { CommitUnknownError, endpointDefaults, laneStates, type StoredEndpoint } from '#store'
import { tablesOf } from '#store/testing'
import { describe, expect, it } from 'vitest'
import { openHarness, startReceiver, status, turns, type Harness } from '../../../../test/support/delivery-harness.ts'

/** The operator's application with one endpoint, paused: what comes to it stays where it can be read. */
async function subscribe(harness: Harness, eventTypes: readonly string[] | null = null): Promise<void> {
  const db = tablesOf(harness.store)
  const at = harness.clock.now()
  const { id: application, uid, name } = operationalApplication
  const times = { created_at: at, updated_at: at, deleted_at: null }
  const about = { id: application, uid, name, metadata: '{}', plan: 'unlimited', settings: '{}', throttle_rate: null, ...times }
  const id = harness.ids.make('ep')
  const row: StoredEndpoint = {
    ...{ ...endpointDefaults, id, application_id: application, url: 'https://ops.example/', state: 'paused' },
    ...{ event_types: eventTypes && JSON.stringify(eventTypes), ...times },
  }
  const random = createSeededRandom(3)
  const sealed = harness.vault.seal(
    generateSecret('standard', (target) => random.fill(target)),
    belonging.endpointSecret(id),
  )
  const secret = { id: harness.ids.make('sec'), endpoint_id: id, sealed, created_at: at, expires_at: null }
  await harness.store.mutate({
    statements: [
      db.insertInto('application').values(about),
      db.insertInto('endpoint').values(row),
      db.insertInto('endpoint_secret').values(secret),
    ].map((query) => ({ query: query.compile() })),
    application: null,
    lanes: [{ kind: 'create', lane: id, application, state: laneStates.paused }],
    audit: [],
  })
}

interface Notification {
  readonly type: string
  readonly data: Readonly<Record<string, unknown>>
}

/** What the operator was notified of, in order. */
async function notificationsIn(harness: Harness): Promise<readonly Notification[]> {
  const db = tablesOf(harness.store)
  const rows = await db.selectFrom('message').selectAll().where('application_id', '=', operationalApplication.id).orderBy('id').execute()
  const ofOperator = db.selectFrom('delivery').select('message_id').where('application_id', '=', operationalApplication.id)
  const deliveries = await ofOperator.orderBy('message_id').execute()
  expect(deliveries.map((delivery) => delivery.message_id)).toEqual(rows.map((row) => row.id))
  return rows.map(({ payload }) => JSON.parse(Buffer.from(payload!).toString()) as Notification)
}

const everySecond = (count: number) => JSON.stringify({ waitsSeconds: Array.from({ length: count }, () => 1), jitter: 0 })

/** Lets a delivery fail so often, a second apart. */
async function fail(harness: Harness, attempts: number): Promise<void> {
  const before = harness.settled.length
  for (let i = 1; i <= attempts; i++) {
    await harness.settles(before + i)
    await harness.pass(1500)
  }
}

describe('operational messages of attempts', () => {
  it('at the fourth failure that it is failing, and once; when it is delivered that it recovered', async () => {
    await using receiver = await startReceiver(status(500))
    await using harness = await openHarness({ clock: createFakeClock() })
    await subscribe(harness)
    const endpoint = await harness.endpoint({ url: receiver.url, uid: 'billing', retry_policy: everySecond(9) })
    const { delivery, message } = await harness.accept([endpoint], { eventId: 'evt-1' })
    await fail(harness, 3)
    await harness.settles(4)
    receiver.answer((_, response) => void response.destroy())
    await harness.pass(1500)
    await harness.settles(5)
    receiver.answer(status(200))
    await harness.pass(31_000)
    await harness.settles(6)
    const [fourth, sixth] = [harness.settled[3]!.settlement.attempt!, harness.settled[5]!.settlement.attempt!]
    const about = {
      ...{ applicationId: harness.application, appId: harness.application, appUid: 'default' },
      ...{ endpointId: endpoint, endpointUid: 'billing', msgId: message, msgEventId: 'evt-1', deliveryId: delivery },
    }
    const at = (started: number) => new Date(started).toISOString()
    expect(await notificationsIn(harness)).toMatchObject([
      {
        type: 'message.attempt.failing',
        business_id: 'posthorn',
        data: { ...about, failure: 'http_500', lastAttempt: { id: fourth.id, responseStatusCode: 500, timestamp: at(fourth.started_at) } },
      },
      {
        type: 'message.attempt.recovered',
        data: { ...about, failure: null, lastAttempt: { id: sixth.id, responseStatusCode: 200, timestamp: at(sixth.started_at) } },
      },
    ])
  })

  it('when no attempt follows that it is exhausted, also where nothing could be sent', async () => {
    await using receiver = await startReceiver((_, response) => void response.destroy())
    await using harness = await openHarness({ clock: createFakeClock() })
    await subscribe(harness)
    const endpoint = await harness.endpoint({ url: receiver.url, retry_policy: everySecond(0) })
    const broken = await harness.endpoint({ url: receiver.url, secrets: [] })
    const { message } = await harness.accept([endpoint, broken])
    await harness.settles(2)
    const said = await notificationsIn(harness)
    expect(said.map(({ type }) => type)).toEqual(['message.attempt.exhausted', 'message.attempt.exhausted'])
    const of = (id: string) => said.find(({ data }) => data['endpointId'] === id)!.data
    expect(of(endpoint)).toMatchObject({ msgId: message, msgEventId: null, lastAttempt: { responseStatusCode: 0 } })
    expect(of(broken)).toMatchObject({ msgId: message, failure: 'secret_unusable', lastAttempt: null })
  })

  it('nothing of attempts that a person asked for and that fail, but that what had been failing recovered', async () => {
    await using receiver = await startReceiver(status(500))
    await using harness = await openHarness({ clock: createFakeClock() })
    await subscribe(harness, ['message.attempt.*'])
    const endpoint = await harness.endpoint({ url: receiver.url, retry_policy: everySecond(3) })
    const { delivery } = await harness.accept([endpoint])
    await fail(harness, 4)
    const types = async () => (await notificationsIn(harness)).map(({ type }) => type)
    expect(await types()).toEqual(['message.attempt.exhausted'])
    await harness.store.resend([delivery])
    await harness.pass(31_000)
    await harness.settles(5)
    expect(await types()).toEqual(['message.attempt.exhausted'])
    receiver.answer(status(200))
    for (const settled of [6, 7]) {
      await harness.store.resend([delivery])
      await harness.pass(31_000)
      await harness.settles(settled)
    }
    expect(await types()).toEqual(['message.attempt.exhausted', 'message.attempt.recovered'])
  })

  it('that an endpoint was disabled, and since when it had been failing', async () => {
    await using receiver = await startReceiver(status(200))
    await using harness = await openHarness({ clock: createFakeClock(), disableAfter: 3 })
    await subscribe(harness, ['endpoint.*'])
    const endpoint = await harness.endpoint({ url: receiver.url, uid: 'billing', retry_policy: everySecond(9) })
    await harness.accept([endpoint])
    await harness.settles(1)
    await harness.pass(5000)
    receiver.answer(status(503))
    await harness.accept([endpoint])
    const first = harness.settled.length
    await fail(harness, 3)
    const since = harness.settled[first]!.settlement.attempt!.started_at
    expect(await notificationsIn(harness)).toMatchObject([
      {
        type: 'endpoint.disabled',
        data: {
          ...{ applicationId: harness.application, endpointId: endpoint, endpointUid: 'billing', trigger: 'automatic' },
          failSince: new Date(since).toISOString(),
        },
      },
    ])
  })

  it('that an ordered endpoint was paused', async () => {
    await using receiver = await startReceiver(status(500))
    await using harness = await openHarness({ clock: createFakeClock() })
    await subscribe(harness, ['endpoint.*'])
    const endpoint = await harness.endpoint({ url: receiver.url, ordered: 1, on_exhausted: 'pause', retry_policy: everySecond(0) })
    await harness.accept([endpoint])
    await harness.settles(1)
    expect(await notificationsIn(harness)).toMatchObject([{ type: 'endpoint.updated', data: { endpointId: endpoint } }])
  })

  it('nothing if nobody subscribed to it', async () => {
    await using receiver = await startReceiver(status(410))
    await using harness = await openHarness({ clock: createFakeClock() })
    await subscribe(harness, ['run.failed'])
    await harness.accept([await harness.endpoint({ url: receiver.url })])
    await harness.settles(1)
    expect(harness.settled[0]!.settlement.operational).toBeUndefined()
    expect(await notificationsIn(harness)).toEqual([])
  })

  it.each([
    ['fails', false],
    ['keeps it, and nobody knows', true],
  ])('once, if the commit %s at first', async (_, kept) => {
    await using receiver = await startReceiver(status(410))
    let isFirst = true
    await using harness = await openHarness({
      clock: createFakeClock(),
      change: (options) => ({
        ...options,
        committer: {
          ...options.committer,
          async settle(settlement, lane) {
            const fails = isFirst
            isFirst = false
            if (!fails) return options.committer.settle(settlement, lane)
            if (kept) await options.committer.settle(settlement, lane)
            throw new CommitUnknownError(new Error('the connection broke'))
          },
        },
      }),
    })
    await subscribe(harness)
    await harness.accept([await harness.endpoint({ url: receiver.url })])
    await receiver.arrived(1)
    await turns()
    await harness.pass(1000)
    await harness.settles(kept ? 2 : 1)
    expect((await notificationsIn(harness)).map(({ type }) => type).toSorted()).toEqual(['endpoint.disabled', 'message.attempt.exhausted'])
  })

  it('nothing, rather than that an outcome is lost which the store refuses to keep with it', async () => {
    await using receiver = await startReceiver(status(500))
    await using harness = await openHarness({
      clock: createFakeClock(),
      change: (options) => ({
        ...options,
        committer: {
          ...options.committer,
          async settle(settlement, lane) {
            if (settlement.operational) return { settled: false, woken: null, refused: 'a value is too long' }
            return options.committer.settle(settlement, lane)
          },
        },
      }),
    })
    await subscribe(harness)
    const { delivery } = await harness.accept([await harness.endpoint({ url: receiver.url, retry_policy: everySecond(0) })])
    await harness.settles(1)
    expect(await harness.read(delivery)).toMatchObject({ status: 'failed' })
    expect(await notificationsIn(harness)).toEqual([])
  })

  it('what it knew last of the operator, if the configuration cannot be read', async () => {
    await using receiver = await startReceiver(status(200))
    let config: ConfigCache | undefined
    let away = false
    const ofHarness = {
      peek: () => undefined,
      application: (id: string) => (away ? Promise.reject(new Error('away')) : config!.application(id)),
    }
    await using harness = await openHarness({
      clock: createFakeClock(),
      change: (options) => {
        const { ids, clock, log } = options
        config = options.config as ConfigCache
        return { ...options, operational: createOperationalMessages({ config: ofHarness, ids, clock, log }) }
      },
    })
    await subscribe(harness)
    const endpoint = await harness.endpoint({ url: receiver.url, retry_policy: everySecond(0) })
    receiver.answer(status(500))
    await harness.accept([endpoint])
    await harness.settles(1)
    away = true
    await harness.accept([endpoint])
    await harness.settles(2)
    expect((await notificationsIn(harness)).map(({ type, data }) => [type, data['appUid']])).toEqual([
      ['message.attempt.exhausted', 'default'],
      ['message.attempt.exhausted', null],
    ])
  })
})
