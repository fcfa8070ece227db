import { expect, it } from 'vitest'
import type { Alongside, ApplicationSnapshot } from '#store'
import { tablesOf } from '#store/testing'
import { auditEntry, delivered, type Scene } from './scene.ts'

/** What stands in the commit of work that somebody asked for. */
export function describeAlongside(open: () => Promise<Scene>): void {
  const row = (scene: Scene, action: string) => ({ statements: [], audit: [auditEntry(scene, action)] })
  const actions = async (scene: Scene) => (await scene.world.audit()).map(({ action }) => action)

  it('is kept with runs and deliveries that end, and not where nothing was to be done', async () => {
    const scene = await open()
    const [run, parked] = [await scene.start(), await scene.start()]
    const task = await scene.park(parked)
    expect(await scene.store.cancelRuns([run, 'run_none'], row(scene, 'run.cancelled'))).toEqual([run])
    expect(await scene.store.cancelRuns([run], row(scene, 'run.twice'))).toEqual([])
    expect(await scene.store.cancelRuns([], row(scene, 'run.none'))).toEqual([])
    expect(await scene.store.cancelDeliveries([task.delivery], null, row(scene, 'delivery.cancelled'))).toEqual([task.delivery])
    expect(await scene.store.cancelDeliveries([task.delivery], null, row(scene, 'delivery.twice'))).toEqual([])
    expect(await actions(scene)).toEqual(['run.cancelled', 'delivery.cancelled'])
  })

  it('is kept with what is sent again, and not where the lane refuses', async () => {
    const scene = await open()
    const lane = await scene.endpoint()
    const { tasks } = await scene.send([lane])
    const { delivery } = tasks[0]!
    await scene.settle(delivered(tasks[0]!, null))
    expect(await scene.store.resend([delivery], row(scene, 'delivery.resent'))).toEqual([delivery])
    await scene.world.setLane(lane, scene.app, { state: 2 })
    expect(await scene.store.resend([delivery], row(scene, 'delivery.refused'))).toEqual([])
    expect(await actions(scene)).toEqual(['delivery.resent'])
  })

  it('is kept with an operation that is accepted, and not with a copy or one made from an old configuration', async () => {
    const scene = await open()
    const application = await scene.application()
    const once = (key: string) => [{ scope: 'again', key, ref: 'r', keepMs: 1000 }]
    const operation = (key: string, version: number) => {
      const runs = [scene.run()]
      return scene.operation({ application: { ...application, version }, runs, dedups: once(key), alongside: row(scene, `run.${key}`) })
    }
    const { version } = application
    const batch = [operation('a', version), operation('a', version), operation('b', version + 1), operation('c', version)]
    const { results } = await scene.store.accept(scene.session, batch)
    expect(results.map(({ kind }) => kind)).toEqual(['accepted', 'duplicate', 'stale', 'accepted'])
    expect(await actions(scene)).toEqual(['run.a', 'run.c'])
    // A request is kept as the copy that it is, and so is what belongs to it.
    const copy = scene.operation({ application, request: scene.request(), dedups: once('a'), alongside: row(scene, 'request.accepted') })
    expect((await scene.store.accept(scene.session, [copy])).results).toMatchObject([{ kind: 'duplicate' }])
    expect(await actions(scene)).toEqual(['run.a', 'run.c', 'request.accepted'])
  })
}

/** The same with statements, of which the model knows none. */
export function describeAlongsideStatements(open: () => Promise<Scene>): void {
  const link = (scene: Scene, request: string, runs: readonly string[]): Alongside => ({
    statements: scene.store.statements.logs.linkRuns(request, runs),
    audit: [auditEntry(scene, 'run.started')],
  })

  it('writes statements with an operation, also with one that is made inside the commit', async () => {
    const scene = await open()
    const request = scene.request()
    const [first, second] = [scene.run({ request_id: request.id }), scene.run({ request_id: request.id })]
    const application = await scene.application()
    await scene.store.accept(scene.session, [scene.operation({ application, request })])
    await scene.store.accept(scene.session, [
      scene.operation({ application, runs: [first], alongside: link(scene, request.id, [first.id]) }),
    ])
    const make = () => scene.operation({ application, runs: [second], alongside: link(scene, request.id, [second.id]) })
    await scene.store.acceptAnew(scene.session, [{ application: scene.app, snapshot: application as unknown as ApplicationSnapshot, make }])
    expect(JSON.parse((await scene.world.request(request.id))!.run_ids)).toEqual([first.id, second.id])
    expect(await scene.world.audit()).toHaveLength(2)
  })

  it('keeps nothing of the work where a statement does not find its rows', async () => {
    const scene = await open()
    const run = await scene.start()
    const query = tablesOf(scene.store).deleteFrom('event_type').where('name', '=', 'none').compile()
    const alongside = { statements: [{ query, rows: 1 }], audit: [auditEntry(scene, 'run.cancelled')] }
    await expect(scene.store.cancelRuns([run], alongside)).rejects.toThrow('changed')
    expect(await scene.world.run(run)).toMatchObject({ status: 'queued' })
    expect(await scene.world.audit()).toEqual([])
    expect(await scene.store.cancelRuns([run])).toEqual([run])
  })
}
