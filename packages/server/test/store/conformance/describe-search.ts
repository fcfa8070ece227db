import { isId, type DeliveryId } from '#domain'
import { expect, it } from 'vitest'
import { anyDelivery, type DeliveryFilter, type DeliveryScan, type StoredReplay } from '#store'
import { createLogs, tablesOf } from '#store/testing'
import { failed, retry, type Scene } from './scene.ts'

/** Looking through the log of deliveries, in windows. */
export function describeSearch(open: () => Promise<Scene>): void {
  /** All that a scan finds, window by window, and in how many. */
  const all = async (scene: Scene, filter: Partial<DeliveryFilter>, part: Partial<DeliveryScan> = {}) => {
    const found: string[] = []
    let windows = 0
    for (let beyond = part.beyond ?? null; ;) {
      const scan = { application: scene.app, order: 'desc', ...part, filter: { ...anyDelivery, ...filter }, beyond } as const
      const { rows, end } = await scene.store.logs.deliveries.search(scan, 100)
      found.push(...rows.map(({ id }) => id))
      windows++
      if (end === null) return { found, windows }
      beyond = end
    }
  }

  it('finds by what a delivery is, in both directions, and nothing of other applications', async () => {
    const scene = await open()
    const [lane, other] = [await scene.endpoint(), await scene.endpoint()]
    const foreign = scene.ids.make('app')
    const one = await scene.send([lane, other])
    const two = await scene.send([lane])
    await scene.settle(failed(one.tasks[0]!, scene.attempt(one.tasks[0]!, { status: 404 })))
    await scene.settle(retry(two.tasks[0]!, scene.attempt(two.tasks[0]!, { status: null, failure: 'timeout' })))
    const [a, b] = one.deliveries as [DeliveryId, DeliveryId]
    const [c] = two.deliveries as [DeliveryId]
    const ids = async (filter: Partial<DeliveryFilter>, part?: Partial<DeliveryScan>) => (await all(scene, filter, part)).found
    expect(await ids({})).toEqual([c, b, a])
    expect(await ids({}, { order: 'asc' })).toEqual([a, b, c])
    expect(await ids({}, { order: 'asc', beyond: a, until: c })).toEqual([b])
    expect(await ids({}, { application: null })).toEqual([c, b, a])
    expect(await ids({}, { application: foreign })).toEqual([])
    expect(await ids({ messageId: one.message.id }, { application: foreign })).toEqual([])
    expect(await ids({ endpointId: lane })).toEqual([c, a])
    expect(await ids({ messageId: one.message.id })).toEqual([b, a])
    expect(await ids({ messageId: one.message.id, endpointId: other })).toEqual([b])
    expect(await ids({ deliveryIds: [c, a, 'dlv_none'] })).toEqual([c, a])
    expect(await ids({ deliveryIds: [c, a], endpointId: lane, statuses: ['failed'] })).toEqual([a])
    expect(await ids({ deliveryIds: [c, a], deliveryId: b })).toEqual([])
    expect(await ids({ deliveryIds: [a] }, { application: foreign })).toEqual([])
    expect(await ids({ deliveryIds: [a, b, c] }, { order: 'asc', beyond: a, until: c })).toEqual([b])
    expect(await ids({ messageIds: [two.message.id, one.message.id, 'msg_none'] })).toEqual([c, b, a])
    expect(await ids({ messageIds: [one.message.id], endpointId: lane })).toEqual([a])
    expect(await ids({ messageIds: [one.message.id], messageId: two.message.id })).toEqual([])
    expect(await ids({ messageIds: [one.message.id] }, { application: foreign })).toEqual([])
    expect(await ids({ runId: scene.ids.make('run') })).toEqual([])
    expect(await ids({ statuses: ['failed', 'cancelled'] })).toEqual([a])
    expect(await ids({ statuses: ['waiting'] })).toEqual([c, b])
    expect(await ids({ statusCodeClass: 400 })).toEqual([a])
    expect(await ids({ statusCodeClass: 500 })).toEqual([])
    expect(await ids({ statusCodeClass: 0 })).toEqual([c])
    expect(await ids({ failure: 'exhausted' })).toEqual([a])
    const ended = (await scene.world.delivery(a))!
    const took = ended.finished_at! - ended.created_at
    expect(await ids({ minDurationMs: took })).toEqual([a])
    expect(await ids({ minDurationMs: took + 1 })).toEqual([])
    expect(await scene.store.logs.deliveries.countsOfMessages([one.message.id, two.message.id])).toEqual(
      expect.arrayContaining([
        { messageId: one.message.id, status: 'failed', count: 1 },
        { messageId: one.message.id, status: 'waiting', count: 1 },
        { messageId: two.message.id, status: 'waiting', count: 1 },
      ]),
    )
    const { created_at } = (await scene.world.delivery(c))!
    expect(await ids({ before: created_at + 10 })).toEqual([c, b, a])
    expect(await ids({ before: created_at - 60_000 })).toEqual([])
    expect(await ids({ after: created_at + 60_000 })).toEqual([])
  })

  it('knows names of event types, their patterns, and that a pattern ends at a dot', async () => {
    const scene = await open()
    const lane = await scene.endpoint()
    const send = async (event_type: string) => {
      const message = scene.message([], { event_type, deliveries: [scene.delivery(lane, { event_type })] })
      await scene.store.accept(scene.session, [scene.operation({ application: await scene.application(), messages: [message] })])
      return message.deliveries[0]!.id
    }
    const [paid, deep, like, plain] = [
      await send('invoice.paid'),
      await send('invoice.a.b'),
      await send('invoices.paid'),
      await send('in_oice'),
    ]
    const ids = async (...eventTypes: string[]) => (await all(scene, { eventTypes }, { order: 'asc' })).found
    expect(await ids('invoice.*')).toEqual([paid, deep])
    expect(await ids('invoices.*', 'invoice.paid')).toEqual([paid, like])
    expect(await ids('in_oice')).toEqual([plain])
    expect(await ids('*')).toEqual([paid, deep, like, plain])
    expect(await ids('none')).toEqual([])
  })

  it('finds text in payloads and bodies of steps byte by byte, and event ids', async () => {
    const scene = await open()
    const lane = await scene.endpoint()
    const send = async (payload: Buffer, event_id: string | null = null) => {
      const message = scene.message([lane], { payload, event_id })
      await scene.store.accept(scene.session, [scene.operation({ application: await scene.application(), messages: [message] })])
      return message.deliveries[0]!.id
    }
    const order = await send(Buffer.from('{"order":"ö-17"}'), 'evt-1')
    await send(Buffer.from([0xff, 0x00, 0xfe]))
    const run = await scene.start()
    const step = await scene.park(run)
    const ids = async (text: string) => (await all(scene, { text })).found
    expect(await ids('ö-17')).toEqual([order])
    expect(await ids('Ö-17')).toEqual([])
    expect(await ids('evt-1')).toEqual([order])
    expect(await ids('step')).toEqual([step.delivery])
    expect(await ids('%')).toEqual([])
    expect(isId('dlv', order)).toBe(true)
  })

  it('looks through a long log in windows, and says where each ended though it found nothing', async () => {
    const scene = await open()
    const lane = await scene.endpoint()
    const needle = scene.message([lane], { payload: Buffer.from('{"needle":1}') })
    await scene.store.accept(scene.session, [scene.operation({ application: await scene.application(), messages: [needle] })])
    for (let i = 0; i < 5; i++) {
      const messages = Array.from({ length: 200 }, () => scene.message([lane]))
      await scene.store.accept(scene.session, [scene.operation({ application: await scene.application(), messages })])
    }
    expect(await all(scene, { text: 'needle' })).toEqual({ found: [needle.deliveries[0]!.id], windows: 3 })
    expect((await all(scene, { text: 'needle' }, { order: 'asc' })).windows).toBe(3)
    const large = Array.from({ length: 6 }, () => scene.message([lane], { payload: Buffer.alloc(1_000_000, 'x') }))
    await scene.store.accept(scene.session, [scene.operation({ application: await scene.application(), messages: large })])
    const { found, windows } = await all(scene, { text: 'xxx' })
    expect(found).toEqual(large.map((one) => one.deliveries[0]!.id).toReversed())
    expect(windows).toBe(4)
  })

  it('looks at every row once, though more come while it looks', async () => {
    const scene = await open()
    const lane = await scene.endpoint()
    const send = async (count: number) => {
      const messages = Array.from({ length: count }, () => scene.message([lane]))
      await scene.store.accept(scene.session, [scene.operation({ application: await scene.application(), messages })])
    }
    const old = scene.message([lane], { payload: Buffer.from('old') })
    await scene.store.accept(scene.session, [scene.operation({ application: await scene.application(), messages: [old] })])
    await send(399)
    // The log grows between the two reads of the window.
    let grown: Promise<void> | undefined
    const db = tablesOf(scene.store).withPlugin({
      transformQuery: ({ node }) => node,
      async transformResult({ result }) {
        await (grown ??= send(5))
        return result
      },
    })
    const scan = { application: scene.app, order: 'desc', filter: { ...anyDelivery, text: 'old' }, beyond: null } as const
    const engine = scene.store.engine === 'postgres' ? 'postgres' : 'sqlite'
    const { rows, end } = await createLogs({ db, engine }).deliveries.search(scan, 9)
    const rest = end === null ? [] : (await all(scene, { text: 'old' }, { beyond: end })).found
    expect([...rows.map(({ id }) => id), ...rest]).toEqual([old.deliveries[0]!.id])
  })

  it('of what waits finds only what is tried later than a time, and has no manual attempt before it', async () => {
    const scene = await open()
    const lane = await scene.endpoint()
    const sent = [await scene.send([lane]), await scene.send([lane]), await scene.send([lane]), await scene.send([lane])]
    const [soon, later, ended] = sent.map(({ tasks }) => tasks[0]!)
    await scene.settle(retry(soon!, scene.attempt(soon!), 1000))
    await scene.settle(retry(later!, scene.attempt(later!), 60_000))
    await scene.settle(failed(ended!, scene.attempt(ended!)))
    const now = await scene.now()
    const tried = async () => (await all(scene, { statuses: ['waiting', 'failed'] }, { shownAt: now, triedAfter: now + 30_000 })).found
    expect(await tried()).toEqual([ended!.delivery, later!.delivery])
    await scene.store.resend([later!.delivery])
    expect(await tried()).toEqual([ended!.delivery])
  })

  it('retention removes replays that ended, and never one that runs', async () => {
    const scene = await open()
    const row = (status: 'running' | 'done'): StoredReplay => ({
      ...{
        id: scene.ids.make('rpl'),
        application_id: scene.app,
        kind: 'deliveries',
        filter: '{}',
        rate: 50,
        until: 'dlv_',
        status,
        rev: 0,
      },
      ...{
        place: '',
        next_at: 0,
        matched: 0,
        queued: 0,
        skipped: 0,
        created_at: 1,
        updated_at: 1,
        finished_at: status === 'done' ? 1 : null,
      },
      failure: null,
    })
    const rows = [row('running'), row('done')]
    for (const one of rows) await scene.world.addReplay(one)
    await scene.advance(60_000)
    const now = await scene.now()
    const before = { requests: null, runs: null, messages: null, deliveries: now, entries: null, audit: null, now }
    while ((await scene.store.retain(before, 10)) > 0);
    expect(await scene.world.replay(rows[0]!.id)).toBeDefined()
    expect(await scene.world.replay(rows[1]!.id)).toBeUndefined()
  })

  it('says what cannot be sent any more, because its payload is gone', async () => {
    const scene = await open()
    const lane = await scene.endpoint()
    const { message } = await scene.send([lane])
    const db = tablesOf(scene.store)
    const { mutate } = scene.store
    const sendable = async () =>
      (await scene.store.logs.deliveries.search({ application: scene.app, order: 'asc', filter: anyDelivery, beyond: null }, 9)).rows.map(
        (row) => row.sendable,
      )
    expect(await sendable()).toEqual([true])
    const query = db.updateTable('message').set({ payload: null }).where('id', '=', message.id).compile()
    await mutate({ statements: [{ query, rows: 1 }], application: null, audit: [] })
    expect(await sendable()).toEqual([false])
  })
}
