import { expect, it } from 'vitest'
import { limits, plans } from '#domain'
import { tablesOf } from '#store/testing'
import { expectNear, laneUpdate, type Scene } from './scene.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

/** Reserving first attempts of limited plans. */
export function describeQuota(open: () => Promise<Scene>): void {
  const kinds = (results: readonly { readonly kind: string }[]) => results.map(({ kind }) => kind)
  const granted = (results: readonly { readonly kind: string }[]) => results.filter(({ kind }) => kind === 'granted').length

  /** An endpoint with one delivery, whose lane the session owns. */
  const ownedLane = async (scene: Scene) => {
    const lane = await scene.endpoint()
    const { tasks, deliveries } = await scene.send([lane])
    return { lane, task: tasks[0]!, delivery: deliveries[0]!, want: { application: scene.app, lane } }
  }

  it('grants all to an application without an hourly limit', async () => {
    const scene = await open()
    const { lane, want } = await ownedLane(scene)
    expect(kinds(await scene.store.reserve(scene.session, Array(300).fill(want)))).toEqual(Array(300).fill('granted'))
    expect(await scene.world.lane(lane)).toMatchObject({ throttled_until: 0 })
    expect(await scene.store.reserve(scene.session, [])).toEqual([])
  })

  it('R85: grants as many an hour as the plan allows, in order, and says to the others when to come again', async () => {
    const scene = await open()
    const { lane, want } = await ownedLane(scene)
    await scene.world.setHourlyLimit(scene.app, 5)
    expect(kinds(await scene.store.reserve(scene.session, [want, want, want]))).toEqual(['granted', 'granted', 'granted'])
    const results = await scene.store.reserve(scene.session, [want, want, want])
    expect(kinds(results)).toEqual(['granted', 'granted', 'refused'])
    const [, , refused] = results
    const againInMs = refused!.kind === 'refused' ? refused!.againInMs : 0
    expect(againInMs).toBeGreaterThan(HOUR_MS - 1000)
    expect(againInMs).toBeLessThanOrEqual(HOUR_MS + MINUTE_MS + limits.reservedMs)
    expectNear((await scene.world.lane(lane))!.throttled_until, (await scene.now()) + againInMs)
  })

  it('R85: counts each application by itself, and several lanes of one together', async () => {
    const scene = await open()
    const [a, b] = [await ownedLane(scene), await ownedLane(scene)]
    const other = scene.ids.make('app')
    await scene.world.addApplication(other)
    await scene.world.setHourlyLimit(scene.app, 2)
    await scene.world.setHourlyLimit(other, 1)
    const there = { application: other, lane: 'flow_1/none' }
    const results = await scene.store.reserve(scene.session, [there, a.want, b.want, there, a.want, b.want])
    expect(kinds(results)).toEqual(['granted', 'granted', 'granted', 'refused', 'refused', 'refused'])
    for (const { lane } of [a, b]) expect((await scene.world.lane(lane))!.throttled_until).toBeGreaterThan(0)
  })

  it('R85: a lane that was refused is claimed by nobody until there is room, and then by itself; new work does not wake it', async () => {
    const scene = await open()
    const { lane, want, delivery } = await ownedLane(scene)
    await scene.world.setHourlyLimit(scene.app, 1)
    await scene.store.reserve(scene.session, [want, want])
    expect(await scene.store.release(scene.session, [lane])).toEqual([lane])
    const claim = await scene.store.claim(scene.session, 10, 10)
    expect(claim.lanes).toEqual([])
    expect(claim.nextInMs).toBeGreaterThan(HOUR_MS - 5000)
    const more = await scene.send([lane])
    expect([more.lanes, more.tasks]).toEqual([[], []])
    await scene.store.resend([delivery])
    expect((await scene.store.claim(scene.session, 10, 10)).lanes).toEqual([])
    await scene.advance(claim.nextInMs + 100)
    const next = await scene.store.claim(scene.session, 10, 10)
    expect(next.lanes.map((one) => one.lane)).toEqual([lane])
    expect(next.tasks.length).toBeGreaterThan(1)
    expect(kinds(await scene.store.reserve(scene.session, [want, want]))).toEqual(['granted', 'refused'])
  })

  it('R85: calls at the same time, of several sessions, share the hour exactly', async () => {
    const scene = await open()
    const { lane, want } = await ownedLane(scene)
    const sessions = [scene.session, await scene.openSession(), await scene.openSession()]
    const others = [await scene.endpoint(), await scene.endpoint()]
    await scene.world.setHourlyLimit(scene.app, 57)
    const calls = Array.from({ length: 24 }, (_, i) => {
      const wanted = [want, { ...want, lane: others[i % 2]! }, want, { ...want, lane }]
      return scene.store.reserve(sessions[i % 3]!, wanted)
    })
    expect(granted((await Promise.all(calls)).flat())).toBe(57)
    expect(kinds(await scene.store.reserve(scene.session, [want]))).toEqual(['refused'])
  })

  it('R85: room comes back a minute at a time, as the minutes leave the hour', async () => {
    const scene = await open()
    const { want } = await ownedLane(scene)
    await scene.world.setHourlyLimit(scene.app, 6)
    for (const n of [1, 2, 3]) {
      expect(granted(await scene.store.reserve(scene.session, Array(n).fill(want)))).toBe(n)
      await scene.advance(2 * MINUTE_MS)
    }
    for (const n of [1, 2, 3]) {
      const result = (await scene.store.reserve(scene.session, [want]))[0]!
      expect(result).toMatchObject({ kind: 'refused' })
      await scene.advance(result.kind === 'refused' ? result.againInMs + 50 : 0)
      expect(granted(await scene.store.reserve(scene.session, Array(9).fill(want)))).toBe(n)
    }
  })

  it('R85: a lower limit counts what was sent, a higher one wakes the lanes that wait', async () => {
    const scene = await open()
    const { lane, want } = await ownedLane(scene)
    await scene.world.setHourlyLimit(scene.app, 4)
    expect(granted(await scene.store.reserve(scene.session, Array(4).fill(want)))).toBe(4)
    await scene.world.setHourlyLimit(scene.app, 2)
    expect(kinds(await scene.store.reserve(scene.session, [want]))).toEqual(['refused'])
    await scene.store.release(scene.session, [lane])
    expect((await scene.store.claim(scene.session, 10, 10)).lanes).toEqual([])
    await scene.world.setHourlyLimit(scene.app, 5)
    expect((await scene.world.lane(lane))!.throttled_until).toBe(0)
    expect((await scene.store.claim(scene.session, 10, 10)).lanes.map((one) => one.lane)).toEqual([lane])
    expect(kinds(await scene.store.reserve(scene.session, [want, want]))).toEqual(['granted', 'refused'])
  })

  it('a session closes its own lanes only, and what it says of a lane later leaves the wait alone', async () => {
    const scene = await open()
    const { lane, want, task } = await ownedLane(scene)
    const other = await scene.openSession()
    await scene.world.setHourlyLimit(scene.app, 1)
    expect(kinds(await scene.store.reserve(other, [want, want]))).toEqual(['granted', 'refused'])
    expect(await scene.world.lane(lane)).toMatchObject({ throttled_until: 0 })
    await scene.store.reserve(scene.session, [want])
    const { throttled_until: until } = (await scene.world.lane(lane))!
    expect(until).toBeGreaterThan(0)
    const next = { kind: 'retry', waitMs: 1000, retryInSeen: false } as const
    await scene.settle({ task, attempt: scene.attempt(task), next, wake: null }, laneUpdate(lane, { failures: 1 }))
    expect(await scene.world.lane(lane)).toMatchObject({ throttled_until: until, failures: 1 })
  })

  it('a lane that waits for the hour waits on when its owner dies', async () => {
    const scene = await open()
    const { lane, want } = await ownedLane(scene)
    await scene.world.setHourlyLimit(scene.app, 1)
    await scene.store.reserve(scene.session, [want, want])
    await scene.store.closeSession(scene.session)
    expect(await scene.store.freeLanes(scene.session, 10)).toBe(1)
    const adopter = await scene.openSession()
    const claim = await scene.store.claim(adopter, 10, 10)
    expect(claim.lanes).toEqual([])
    expect(claim.nextInMs).toBeGreaterThan(HOUR_MS - 5000)
    expect((await scene.world.lane(lane))!.throttled_until).toBeGreaterThan(0)
  })
}

/** Plans as rows. The model has none. */
export function describePlans(open: () => Promise<Scene>): void {
  it('R84: the plans that come with the program are there', async () => {
    const scene = await open()
    const rows = await tablesOf(scene.store).selectFrom('plan').selectAll().orderBy('name').execute()
    expect(rows).toEqual(
      Object.values(plans).map((plan) => ({
        name: plan.name,
        built_in: 1,
        endpoints_max: plan.endpointsMax,
        deliveries_per_hour: plan.deliveriesPerHour,
        retries_max: plan.retriesMax,
        timeout_ms_max: plan.timeoutMsMax,
        default_signing: plan.defaultSigning,
        default_retry_policy: JSON.stringify(plan.defaultRetryPolicy),
        created_at: 0,
        updated_at: 0,
      })),
    )
  })

  it('a plan that changes raises the versions of its applications, reports them, and wakes their lanes', async () => {
    const scene = await open()
    const lane = await scene.endpoint()
    await scene.send([lane])
    const other = scene.ids.make('app')
    await scene.world.addApplication(other)
    await scene.world.setHourlyLimit(scene.app, 1)
    const want = { application: scene.app, lane }
    await scene.store.reserve(scene.session, [want, want])
    const versions = async () => [(await scene.world.application(scene.app)).version, (await scene.world.application(other)).version]
    const [before, otherBefore] = await versions()
    const { until } = await scene.store.changes(0)
    const said: unknown[] = []
    scene.store.onChange((application) => said.push(application))
    const query = tablesOf(scene.store).updateTable('plan').set({ deliveries_per_hour: 2 }).where('name', '=', 'hourly-1').compile()
    await scene.store.mutate({ statements: [{ query, rows: 1 }], application: null, limits: { plan: 'hourly-1' }, audit: [] })
    expect(await versions()).toEqual([before! + 1, otherBefore])
    expect(said).toEqual([null, scene.app])
    expect((await scene.store.changes(until)).applications).toContain(scene.app)
    expect(await scene.world.lane(lane)).toMatchObject({ throttled_until: 0 })
    expect(await scene.store.reserve(scene.session, [want])).toEqual([{ kind: 'granted' }])
  })

  it('minutes that no hour counts any more are removed', async () => {
    const scene = await open()
    const lane = await scene.endpoint()
    await scene.world.setHourlyLimit(scene.app, 9)
    const want = { application: scene.app, lane }
    await scene.store.reserve(scene.session, [want])
    await scene.advance(3 * HOUR_MS)
    await scene.store.reserve(scene.session, [want, want])
    const nothing = { requests: null, runs: null, messages: null, deliveries: null, entries: null, audit: null }
    expect(await scene.store.retain({ ...nothing, now: await scene.now() }, 10)).toBe(1)
    expect(await tablesOf(scene.store).selectFrom('quota').select('n').execute()).toEqual([{ n: 2 }])
  })
}
