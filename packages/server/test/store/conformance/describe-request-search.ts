import { expect, it } from 'vitest'
import type { NewRequest, RequestFilter, Stretch } from '#store'
import type { Scene } from './scene.ts'

/** Looking through the log of a listener's requests, in windows. */
export function describeRequestSearch(open: () => Promise<Scene>): void {
  const receive = async (scene: Scene, parts: readonly Partial<NewRequest>[]) => {
    const requests = parts.map((part) => scene.request({ listener_id: 'lst_1', ...part }))
    await scene.store.accept(
      scene.session,
      requests.map((request) => scene.operation({ request })),
    )
    return requests.map(({ id }) => id)
  }
  /** All that is found, window by window, and in how many. */
  const all = async (scene: Scene, filter: RequestFilter, part: Partial<Stretch> = {}) => {
    const found: string[] = []
    let windows = 0
    for (let beyond = part.beyond ?? null; ;) {
      const { rows, end } = await scene.store.logs.requests.search('lst_1', filter, { order: 'desc', limit: 100, ...part, beyond })
      found.push(...rows.map(({ id }) => id))
      windows++
      if (end === null) return { found, windows }
      beyond = end
    }
  }

  it('finds by what a request is, in both directions, and nothing of other listeners', async () => {
    const scene = await open()
    const [a, b, c] = await receive(scene, [
      { status: 'rejected', reason: 'signature_mismatch', reply_status: 401, took_ms: 40 },
      { event_type: 'push', method: 'PUT', reply_status: 202, took_ms: 7000 },
      { dedup_key: 'order-1' },
      { listener_id: 'lst_2', event_type: 'push' },
    ])
    const ids = async (filter: RequestFilter, part?: Partial<Stretch>) => (await all(scene, filter, part)).found
    expect(await ids({})).toEqual([c, b, a])
    expect(await ids({}, { order: 'asc', beyond: a! })).toEqual([b, c])
    expect(await ids({ ids: [b!] })).toEqual([b])
    expect(await ids({ ids: [c!, a!, 'req_none'] })).toEqual([c, a])
    expect(await ids({ ids: [c!, a!], status: 'rejected' })).toEqual([a])
    expect(await ids({ status: 'rejected' })).toEqual([a])
    expect(await ids({ reason: 'signature_mismatch', status: 'accepted' })).toEqual([])
    expect(await ids({ eventType: 'push' })).toEqual([b])
    expect(await ids({ method: 'PUT' })).toEqual([b])
    expect(await ids({ text: 'order-1' })).toEqual([c])
    expect(await ids({ minDurationMs: 41 })).toEqual([c, b])
    expect(await ids({ minDurationMs: 40, statusCodeClass: 400 })).toEqual([c, a])
    expect(await ids({ statusCodeClass: 400 })).toEqual([c, a])
    expect(await all(scene, { status: 'accepted' }, { limit: 1 })).toEqual({ found: [c, b], windows: 3 })
  })

  it('finds text in bodies byte by byte, in windows of so many bodies and so many bytes', async () => {
    const scene = await open()
    const [needle] = await receive(scene, [{ body: Buffer.from('{"order":"ö-17"}') }, { body: Buffer.from([0xff, 0x00, 0xfe]) }])
    for (let i = 0; i < 5; i++) await receive(scene, Array(200).fill({ body: Buffer.from('{}') }))
    expect(await all(scene, { text: 'ö-17' })).toEqual({ found: [needle], windows: 3 })
    expect(await all(scene, { text: 'Ö-17' })).toEqual({ found: [], windows: 3 })
    const large = await receive(scene, Array(6).fill({ body: Buffer.alloc(1_000_000, 'x') }))
    expect(await all(scene, { text: 'xxx' })).toEqual({ found: large.toReversed(), windows: 4 })
  })
}
