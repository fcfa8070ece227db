import type { DeliveryId, ReplayId } from '#domain'
import { expect, it } from 'vitest'
import { laneStates, type StoredReplay, type MissingDelivery, type ReplayStep } from '#store'
import { delivered, deliveriesOf, failed, type Scene } from './scene.ts'

/** Steps of replays: what they queue and how far they came, in one commit. */
export function describeReplays(open: () => Promise<Scene>): void {
  const begin = async (scene: Scene): Promise<ReplayId> => {
    const id = scene.ids.make('rpl')
    const now = await scene.now()
    const row: StoredReplay = {
      ...{
        id,
        application_id: scene.app,
        kind: 'deliveries',
        filter: '{}',
        rate: 50,
        until: scene.ids.make('dlv'),
        status: 'running',
        rev: 0,
      },
      ...{ place: '', next_at: now, matched: 0, queued: 0, skipped: 0, created_at: now, updated_at: now, finished_at: null, failure: null },
    }
    await scene.world.addReplay(row)
    return id
  }
  const step = (replay: ReplayId, part: Partial<ReplayStep> = {}): ReplayStep => ({
    ...{ replay, rev: 0, place: 'dlv_x', resend: [], create: [], started: 0, skipped: 0, waitMs: 0, end: null },
    ...part,
  })
  const missing = (scene: Scene, lane: string, message: string): MissingDelivery => ({
    id: scene.ids.make('dlv'),
    endpoint_id: lane as MissingDelivery['endpoint_id'],
    message_id: message as MissingDelivery['message_id'],
    event_type: 'invoice.paid',
    created_at: 5,
  })

  it('queue what was found at the tail of its lane, and count it', async () => {
    const scene = await open()
    const lane = await scene.endpoint()
    const ended: DeliveryId[] = []
    for (const end of [failed, delivered]) {
      const { tasks, deliveries } = await scene.send([lane])
      await scene.settle(end(tasks[0]!, scene.attempt(tasks[0]!)))
      ended.push(...deliveries)
    }
    await scene.store.release(scene.session, [lane])
    const replay = await begin(scene)
    await scene.advance(10)
    const taken = step(replay, { place: ended[1]!, resend: ended, skipped: 3 })
    expect(await scene.store.advanceReplay(taken)).toEqual({ kind: 'advanced', queued: 2 })
    const row = (await scene.world.replay(replay))!
    expect(row).toMatchObject({ status: 'running', rev: 1, place: ended[1], matched: 5, queued: 2, skipped: 3, finished_at: null })
    const { lanes, tasks } = await scene.store.claim(scene.session, 10, 10)
    expect(lanes).toHaveLength(1)
    expect(tasks.map(({ delivery, manual }) => ({ delivery, manual }))).toEqual(ended.map((delivery) => ({ delivery, manual: true })))
    expect(await scene.world.delivery(ended[0]!)).toMatchObject({ status: 'waiting', finished_at: null })
  })

  it('are taken once: at another revision, before their time, or when it does not run any more, they are lost and queue nothing', async () => {
    const scene = await open()
    const lane = await scene.endpoint()
    const { tasks, deliveries } = await scene.send([lane])
    await scene.settle(failed(tasks[0]!, scene.attempt(tasks[0]!)))
    const replay = await begin(scene)
    await scene.advance(10)
    const lost = async (part: Partial<ReplayStep>) =>
      expect(await scene.store.advanceReplay(step(replay, { resend: deliveries, ...part }))).toEqual({ kind: 'lost' })
    await lost({ rev: 1 })
    expect(await scene.store.advanceReplay(step(replay, { waitMs: 60_000 }))).toEqual({ kind: 'advanced', queued: 0 })
    await lost({ rev: 0 })
    await lost({ rev: 1 })
    await scene.advance(60_000)
    const end = { status: 'failed', failure: 'endpoint_deleted' } as const
    expect(await scene.store.advanceReplay(step(replay, { rev: 1, end }))).toEqual({ kind: 'advanced', queued: 0 })
    expect(await scene.world.replay(replay)).toMatchObject({ ...end, rev: 2 })
    expect((await scene.world.replay(replay))!.finished_at).not.toBeNull()
    await lost({ rev: 2 })
    await lost({ replay: scene.ids.make('rpl') })
    expect(await scene.world.tasks(deliveries[0]!)).toEqual([])
  })

  it('count runs that were started for them', async () => {
    const scene = await open()
    const replay = await begin(scene)
    await scene.advance(10)
    expect(await scene.store.advanceReplay(step(replay, { started: 3, skipped: 2 }))).toEqual({ kind: 'advanced', queued: 3 })
    expect(await scene.world.replay(replay)).toMatchObject({ matched: 5, queued: 3, skipped: 2, status: 'running' })
  })

  it('of two at the same time, one is taken', async () => {
    const scene = await open()
    const lane = await scene.endpoint()
    const { tasks, deliveries } = await scene.send([lane])
    await scene.settle(failed(tasks[0]!, scene.attempt(tasks[0]!)))
    const replay = await begin(scene)
    await scene.advance(10)
    const both = [1, 2].map(() => scene.store.advanceReplay(step(replay, { resend: deliveries })))
    expect((await Promise.all(both)).map(({ kind }) => kind).toSorted()).toEqual(['advanced', 'lost'])
    expect(await scene.world.tasks(deliveries[0]!)).toHaveLength(1)
  })

  it('make deliveries that never were, once for each message and endpoint, and wake the lane', async () => {
    const scene = await open()
    const [old, young] = [await scene.endpoint(), await scene.endpoint()]
    const sent = await scene.send([old])
    const replay = await begin(scene)
    await scene.advance(10)
    const create = [missing(scene, young, sent.message.id), missing(scene, young, sent.message.id), missing(scene, old, sent.message.id)]
    expect(await scene.store.advanceReplay(step(replay, { create: create.slice(0, 1) }))).toEqual({ kind: 'advanced', queued: 1 })
    expect(await scene.store.advanceReplay(step(replay, { rev: 1, create: create.slice(1) }))).toEqual({ kind: 'advanced', queued: 0 })
    expect(await scene.world.replay(replay)).toMatchObject({ matched: 3, queued: 1, skipped: 2 })
    expect(await scene.world.delivery(create[0]!.id)).toMatchObject({
      ...{
        application_id: scene.app,
        lane: young,
        endpoint_id: young,
        message_id: sent.message.id,
        status: 'waiting',
        attempts: 0,
        created_at: 5,
      },
    })
    const { tasks } = await scene.store.claim(scene.session, 10, 10)
    expect(deliveriesOf(tasks)).toEqual([create[0]!.id])
    const [loaded] = await scene.store.loadDeliveries([create[0]!.id])
    expect(Buffer.from(loaded!.payload!).toString()).toBe('{"a":1}')
  })

  it.each(['disabled', 'removed'] as const)('queue nothing in a %s lane', async (state) => {
    const scene = await open()
    const [lane, other] = [await scene.endpoint(), await scene.endpoint()]
    const { tasks, deliveries, message } = await scene.send([lane])
    await scene.settle(failed(tasks[0]!, scene.attempt(tasks[0]!)))
    for (const one of [lane, other]) await scene.world.setLane(one, scene.app, { state: laneStates[state] })
    const replay = await begin(scene)
    await scene.advance(10)
    const taken = step(replay, { resend: deliveries, create: [missing(scene, other, message.id)], end: { status: 'done' } })
    expect(await scene.store.advanceReplay(taken)).toEqual({ kind: 'advanced', queued: 0 })
    expect(await scene.world.replay(replay)).toMatchObject({ status: 'done', failure: null, matched: 2, queued: 0, skipped: 2 })
    expect(await scene.world.delivery(deliveries[0]!)).toMatchObject({ status: 'failed' })
  })
}
