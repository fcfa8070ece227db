import { expect, it } from 'vitest'
import type { FlowId, RunId, SessionId } from '#domain'
import type { Scene } from './scene.ts'

/** Flows that have so many runs at a time. The model has no flows. */
export function describeGates(open: () => Promise<Scene>): void {
  const gated = async (scene: Scene, runsMax: number | null): Promise<FlowId> => {
    const flow = scene.ids.make('flow')
    await setGate(scene, flow, runsMax)
    return flow
  }
  const setGate = ({ store }: Scene, flow: FlowId, runsMax: number | null) =>
    store.mutate({ statements: [store.statements.flows.keepGate(flow, runsMax)], application: null, audit: [] })
  const enter = ({ store, session }: Scene, flow: FlowId, run: RunId, { rev = 0, who = session }: { rev?: number; who?: SessionId } = {}) =>
    store.enterGate(who, { run, rev, flow })

  it('let in so many runs and no more; the others wait, held by nobody, until one has ended', async () => {
    const scene = await open()
    const flow = await gated(scene, 2)
    const runs: RunId[] = []
    for (let i = 0; i < 5; i++) runs.push(await scene.start({ flow_id: flow }))
    const entered = await Promise.all(runs.map((run) => enter(scene, flow, run)))
    expect(entered.filter(Boolean)).toHaveLength(2)
    const [within, waits] = [runs.filter((_, i) => entered[i]), runs.filter((_, i) => !entered[i])]
    expect(await enter(scene, flow, within[0]!)).toBe(true)
    expect(await scene.world.run(waits[0]!)).toMatchObject({ status: 'queued', holder: null, gate: 1, rev: 1 })
    expect((await scene.store.heldRuns(scene.session, null, 10)).map(({ run }) => run)).toEqual(within)
    expect(await scene.store.openGates(scene.session, 10)).toEqual([])
    // Parked runs are under way; one that ended is not.
    await scene.park(within[0]!)
    expect(await scene.store.openGates(scene.session, 10)).toEqual([])
    await scene.store.commitRuns(scene.session, [scene.commit(within[1]!, { status: 'ok', finishedAt: 5 })])
    expect(await scene.store.openGates(scene.session, 10)).toEqual([{ run: waits[0], application: scene.app, rev: 2 }])
    expect(await scene.world.run(waits[0]!)).toMatchObject({ holder: scene.session, gate: 2, status: 'queued' })
    expect(await scene.store.openGates(scene.session, 10)).toEqual([])
    expect(await scene.store.cancelRuns([within[0]!, waits[1]!])).toHaveLength(2)
    expect(await scene.store.openGates(scene.session, 10)).toEqual([{ run: waits[2], application: scene.app, rev: 2 }])
  })

  it('are entered in the order in which runs came: one that comes later waits behind those that wait', async () => {
    const scene = await open()
    const flow = await gated(scene, 1)
    const [first, second, third] = [
      await scene.start({ flow_id: flow }),
      await scene.start({ flow_id: flow }),
      await scene.start({ flow_id: flow }),
    ]
    expect(await enter(scene, flow, first)).toBe(true)
    expect(await enter(scene, flow, second)).toBe(false)
    await scene.store.commitRuns(scene.session, [scene.commit(first, { status: 'ko', finishedAt: 5 })])
    expect(await enter(scene, flow, third)).toBe(false)
    expect((await scene.store.openGates(scene.session, 10)).map(({ run }) => run)).toEqual([second])
  })

  it('keep what a dead session left within, and are left by all who wait when there is none any more', async () => {
    const scene = await open()
    const flow = await gated(scene, 1)
    const other = await scene.openSession()
    const [first, second, third] = [
      await scene.start({ flow_id: flow }),
      await scene.start({ flow_id: flow }),
      await scene.start({ flow_id: flow }),
    ]
    expect(await enter(scene, flow, first)).toBe(true)
    expect(await enter(scene, flow, second, { who: other })).toBe(false)
    expect(await enter(scene, flow, second, { rev: 7 })).toBe(false)
    expect(await scene.world.run(second)).toMatchObject({ holder: scene.session, gate: null, rev: 0 })
    for (const run of [second, third]) await enter(scene, flow, run)
    await scene.store.closeSession(scene.session)
    expect(await scene.store.openGates(scene.session, 10)).toEqual([])
    expect((await scene.store.adoptRuns(other, 10)).map(({ run }) => run)).toEqual([first])
    expect(await scene.store.openGates(other, 10)).toEqual([])
    expect(await enter(scene, flow, first, { rev: 1, who: other })).toBe(true)
    await setGate(scene, flow, null)
    expect((await scene.store.openGates(other, 1)).map(({ run }) => run)).toEqual([second])
    expect((await scene.store.openGates(other, 10)).map(({ run }) => run)).toEqual([third])
    expect(await scene.world.run(third)).toMatchObject({ gate: null, holder: other })
  })

  it('count each flow by itself', async () => {
    const scene = await open()
    const flows = [await gated(scene, 1), await gated(scene, 1)]
    for (const flow of flows) {
      const runs = [await scene.start({ flow_id: flow }), await scene.start({ flow_id: flow })]
      expect([await enter(scene, flow, runs[0]!), await enter(scene, flow, runs[1]!)]).toEqual([true, false])
    }
    const free = await scene.start()
    expect(await enter(scene, 'flow_1' as FlowId, free)).toBe(true)
    expect(await scene.world.run(free)).toMatchObject({ gate: null })
  })
}
