import { expect, test } from 'vitest'
import { firstIdAt, type EntryId } from '#domain'
import type { Scene } from './scene.ts'

type OpenScene = () => Promise<Scene>

async function bytesOf({ store }: Scene, id: EntryId, start: number, end: number): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(store.files.read(id, { start, end })))
}

/** Nothing that repeats within a piece, so that each byte tells its place. */
function content(length: number): Buffer {
  const bytes = Buffer.alloc(length)
  for (let at = 0; at + 4 <= length; at += 4) bytes.writeUInt32LE(at, at)
  return bytes
}

export function describeEntries(open: OpenScene): void {
  test.each([0, 1, 65_536, 524_288, 524_289, 2_000_003])(
    'R99: a file of %i bytes is read as it was written, whole and in part',
    async (length) => {
      const scene = await open()
      const bytes = content(length)
      const row = await scene.written(bytes)
      await scene.store.accept(scene.session, [scene.operation({ request: scene.request(), entries: [row] })])
      await scene.store.files.keep([row.id])
      expect((await bytesOf(scene, row.id, 0, length)).equals(bytes)).toBe(true)
      for (const [start, end] of [
        [0, Math.min(1, length)],
        [Math.max(0, length - 7), length],
        [Math.floor(length / 3), Math.floor(length / 2)],
      ] as const) {
        expect((await bytesOf(scene, row.id, start, end)).equals(bytes.subarray(start, end)), `${start} to ${end}`).toBe(true)
      }
    },
  )

  test('an entry is there with its request, or not at all', async () => {
    const scene = await open()
    const { store, session, world } = scene
    const [kept, copied, stale] = [await scene.written(content(3)), await scene.written(content(3)), await scene.written(content(3))]
    const dedups = [{ scope: 'lst_1', key: 'k', ref: 'req_first', keepMs: 1000 }]
    const form = '{"fields":[],"files":[]}'
    const operations = [
      scene.operation({ dedups, request: scene.request({ form }), entries: [kept] }),
      scene.operation({ dedups, request: scene.request({ form }), entries: [copied] }),
      scene.operation({ application: { id: scene.app, version: -1 }, request: scene.request(), entries: [stale] }),
    ]
    const { results } = await store.accept(session, operations)
    expect(results.map(({ kind }) => kind)).toEqual(['accepted', 'duplicate', 'stale'])
    expect(await world.entry(kept.id)).toEqual({ ...kept, removed_at: null })
    expect([await world.entry(copied.id), await world.entry(stale.id)]).toEqual([undefined, undefined])
    // Its files are not there, so a copy does not name them.
    const [first, copy] = await Promise.all(operations.slice(0, 2).map(({ request }) => world.request(request!.id)))
    expect([first!.form, copy!.form]).toEqual([form, null])
  })

  test('what is discarded goes, unless a commit named it', async () => {
    const scene = await open()
    const { store } = scene
    const [named, unnamed] = [await scene.written(content(10)), await scene.written(content(10))]
    await store.accept(scene.session, [scene.operation({ request: scene.request(), entries: [named] })])
    await store.files.keep([named.id])
    await store.files.discard([named.id, unnamed.id])
    expect(await bytesOf(scene, named.id, 0, 10)).toEqual(content(10))
    await expect(bytesOf(scene, unnamed.id, 0, 10)).rejects.toThrow()
  })

  test('the bytes of a removed entry go, and then its row', async () => {
    const scene = await open()
    const { store, world } = scene
    const rows = [await scene.written(content(10)), await scene.written(content(600_000))]
    await store.accept(scene.session, [scene.operation({ request: scene.request(), entries: rows })])
    await store.files.keep(rows.map(({ id }) => id))
    expect(await store.purgeEntries(10)).toBe(0)
    await world.removeEntry(rows[1]!.id)
    expect(await store.purgeEntries(10)).toBe(1)
    expect(await world.entry(rows[1]!.id)).toBeUndefined()
    await expect(bytesOf(scene, rows[1]!.id, 0, 10)).rejects.toThrow()
    expect(await bytesOf(scene, rows[0]!.id, 0, 10)).toEqual(content(10))
    expect(await store.purgeEntries(10)).toBe(0)
  })
}

export function describeEntryUpkeep(open: OpenScene): void {
  test('what an application keeps is counted with the commits', async () => {
    const scene = await open()
    const { store, app } = scene
    const used = () => store.queries.entries.bytesOf(app)
    expect(await used()).toBe(0)
    const rows = await Promise.all([7, 11, 13].map((bytes) => scene.written(content(bytes))))
    await store.accept(scene.session, [
      scene.operation({ request: scene.request(), entries: rows.slice(0, 2) }),
      scene.operation({ request: scene.request(), entries: rows.slice(2) }),
    ])
    expect(await used()).toBe(31)
    expect(await store.queries.entries.bytesOfAll()).toBeGreaterThanOrEqual(31)
    await scene.world.removeEntry(rows[1]!.id)
    expect(await used()).toBe(31)
    await store.purgeEntries(10)
    expect(await used()).toBe(20)
  })

  test('lists are of an application, a listener or a request, the newest first, without what was removed', async () => {
    const scene = await open()
    const { store, app } = scene
    const request = scene.request()
    const rows = [scene.entry(), scene.entry({ request_id: request.id }), scene.entry({ listener_id: 'lst_2' }), scene.entry()]
    await store.accept(scene.session, [scene.operation({ request, entries: rows })])
    await scene.world.removeEntry(rows[3]!.id)
    const { list, find } = store.queries.entries
    const ids = async (filter: object, stretch = {}) =>
      (await list({ application: app, ...filter }, { order: 'desc', beyond: null, limit: 10, ...stretch })).map(({ id }) => id)
    expect(await ids({})).toEqual([rows[2]!.id, rows[1]!.id, rows[0]!.id])
    expect(await ids({}, { beyond: rows[2]!.id, limit: 1 })).toEqual([rows[1]!.id])
    expect(await ids({ listener: 'lst_2' })).toEqual([rows[2]!.id])
    expect(await ids({ request: request.id })).toEqual([rows[1]!.id])
    expect(await ids({ application: 'app_other' })).toEqual([])
    expect(await find(app, rows[0]!.id)).toMatchObject({ id: rows[0]!.id, name: 'a.png' })
    expect([await find(app, rows[3]!.id), await find('app_other', rows[0]!.id)]).toEqual([undefined, undefined])
  })

  test('retention marks what is old, but not what an unfinished run works on', async () => {
    const scene = await open()
    const { store, world } = scene
    const request = scene.request()
    const [free, live] = [scene.entry(), scene.entry({ request_id: request.id })]
    const run = scene.run({ request_id: request.id })
    await store.accept(scene.session, [scene.operation({ request, runs: [run], entries: [free, live] })])
    const now = await scene.now()
    const before = { requests: null, runs: null, messages: null, deliveries: null, entries: now + 1000, audit: null, now }
    expect(await store.retain({ ...before, entries: null }, 10)).toBe(0)
    expect(await store.retain(before, 10)).toBe(1)
    expect(await store.retain(before, 10)).toBe(0)
    expect((await world.entry(free.id))?.removed_at).not.toBeNull()
    expect((await world.entry(live.id))?.removed_at).toBeNull()
    expect(firstIdAt('entry', now + 1000) > free.id).toBe(true)
  })
}
