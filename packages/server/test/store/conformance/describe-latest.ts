import { expect, it } from 'vitest'
import type { Stretch } from '#store'
import { retry, type Scene } from './scene.ts'

/** What came last over a whole application, for those who listen. */
export function describeLatest(open: () => Promise<Scene>): void {
  const all: Stretch = { order: 'desc', beyond: null, limit: 100 }
  const ids = (rows: readonly { readonly id: string }[]) => rows.map(({ id }) => id)

  it('reads deliveries of an application, newest first, and by their ids', async () => {
    const scene = await open()
    const { logs } = scene.store
    const endpoint = await scene.endpoint()
    const [first] = (await scene.send([endpoint])).deliveries
    await scene.advance(10)
    const [second] = (await scene.send([endpoint])).deliveries
    const now = await scene.now()
    expect(ids(await logs.deliveries.latest(scene.app, all, now))).toEqual([second, first])
    expect(ids(await logs.deliveries.latest(scene.app, { ...all, from: second! }, now))).toEqual([second])
    expect(ids(await logs.deliveries.latest(scene.app, { ...all, limit: 1 }, now))).toEqual([second])
    expect(await logs.deliveries.latest('app_nobody', all, now)).toEqual([])
    expect(ids(await logs.deliveries.heads([first!, 'dlv_nothing'], now))).toEqual([first])
    expect(await logs.deliveries.heads([], now)).toEqual([])
  })

  it('names the deliveries that endpoints of an application were tried with, each once', async () => {
    const scene = await open()
    const endpoint = await scene.endpoint()
    const { tasks } = await scene.send([endpoint])
    expect(await scene.store.logs.attempts.tried(scene.app, all)).toEqual([])
    const [task] = tasks
    for (const manual of [false, true]) {
      await scene.settle(retry({ ...task!, manual }, scene.attempt(task!, { endpoint_id: endpoint, n: manual ? 2 : 1 })))
    }
    expect(await scene.store.logs.attempts.tried(scene.app, all)).toEqual([task!.delivery])
    expect(await scene.store.logs.attempts.tried('app_nobody', all)).toEqual([])
  })

  it('reads requests by their ids', async () => {
    const scene = await open()
    const request = scene.request({ listener_id: 'lst_1' })
    await scene.store.accept(scene.session, [scene.operation({ request })])
    expect(ids(await scene.store.logs.requests.heads([request.id, 'req_nothing']))).toEqual([request.id])
    expect(await scene.store.logs.requests.heads([])).toEqual([])
  })
}
