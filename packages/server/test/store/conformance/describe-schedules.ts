import { expect, it } from 'vitest'
import type { FlowId } from '#domain'
import type { NewRun, ScheduledMoment } from '#store'
import { tablesOf } from '#store/testing'
import type { Scene } from './scene.ts'

/** Flows that start by themselves. The model has none, because it has no flows. */
export function describeSchedules(open: () => Promise<Scene>): void {
  const runOf = (scene: Scene, flow: FlowId, part: Partial<NewRun> = {}): NewRun =>
    scene.run({ flow_id: flow, version: 2, trigger: 'schedule', input: '{"document":{}}', ...part })

  it('are due from their moment on, the longest due first, and no more than were asked for', async () => {
    const scene = await open()
    const at = await scene.now()
    const later = await addScheduled(scene, { dueAt: at + 60_000 })
    const sooner = await addScheduled(scene, { dueAt: at + 50_000 })
    await addScheduled(scene, { dueAt: null })
    expect((await scene.store.dueSchedules(10)).due).toEqual([])
    await scene.advance(61_000)
    const { now, due } = await scene.store.dueSchedules(10)
    expect(now).toBeGreaterThanOrEqual(at + 60_000)
    const spec = '{"kind":"schedule","cron":"* * * * *"}'
    expect(due).toEqual([
      { flow: sooner, application: scene.app, version: 2, dueAt: at + 50_000, spec },
      { flow: later, application: scene.app, version: 2, dueAt: at + 60_000, spec },
    ])
    expect((await scene.store.dueSchedules(1)).due).toHaveLength(1)
  })

  it('have one run for each moment, whoever tries, and it is held by who was first', async () => {
    const scene = await open()
    const other = await scene.openSession()
    const at = await scene.now()
    const flow = await addScheduled(scene, { dueAt: at })
    const moment = (): ScheduledMoment => ({ flow, version: 2, dueAt: at, nextAt: at + 3_600_000, run: runOf(scene, flow) })
    const tried = [moment(), moment(), moment()]
    const sessions = [scene.session, other, scene.session]
    const started = await Promise.all(tried.map((one, i) => scene.store.startScheduled(sessions[i]!, [one])))
    expect(started.reduce((sum, { moved }) => sum + moved, 0)).toBe(1)
    const winner = started.findIndex(({ moved }) => moved === 1)
    const { id } = tried[winner]!.run!
    expect(started[winner]!.runs).toEqual([{ run: id, application: scene.app, rev: 0 }])
    expect(await scene.world.run(id)).toMatchObject({ flow_id: flow, trigger: 'schedule', status: 'queued', holder: sessions[winner] })
    const all = await tablesOf(scene.store).selectFrom('run').select('id').execute()
    expect(all).toEqual([{ id }])
    expect((await scene.store.dueSchedules(10)).due).toEqual([])
    await scene.advance(3_700_000)
    expect((await scene.store.dueSchedules(10)).due).toMatchObject([{ flow, dueAt: at + 3_600_000 }])
  })

  it('move on without a run where the moment is passed over, and rest where none comes any more', async () => {
    const scene = await open()
    const at = await scene.now()
    const flow = await addScheduled(scene, { dueAt: at })
    const moments = [{ flow, version: 2, dueAt: at, nextAt: null, run: null }]
    expect(await scene.store.startScheduled(scene.session, moments)).toEqual({ moved: 1, runs: [] })
    await scene.advance(3_600_000)
    expect((await scene.store.dueSchedules(10)).due).toEqual([])
    expect(await tablesOf(scene.store).selectFrom('schedule').select('due_at').execute()).toEqual([{ due_at: null }])
  })

  it('stay as they are for a flow that is off, deleted or published anew, for a dead session and one that takes no runs', async () => {
    const scene = await open()
    const at = await scene.now()
    const off = await addScheduled(scene, { dueAt: at, enabled: 0 })
    const gone = await addScheduled(scene, { dueAt: at, deletedAt: at })
    const changed = await addScheduled(scene, { dueAt: at, version: 3 })
    const well = await addScheduled(scene, { dueAt: at })
    const moments = [off, gone, changed].map((flow) => ({ flow, version: 2, dueAt: at, nextAt: at + 1, run: runOf(scene, flow) }))
    expect(await scene.store.startScheduled(scene.session, moments)).toEqual({ moved: 0, runs: [] })
    const moment = [{ flow: well, version: 2, dueAt: at, nextAt: at + 1, run: runOf(scene, well) }]
    const idle = await scene.openSession({ lanes: true, runs: false })
    const dead = await scene.openSession()
    await scene.store.closeSession(dead)
    for (const session of [idle, dead]) expect(await scene.store.startScheduled(session, moment)).toEqual({ moved: 0, runs: [] })
    expect(await tablesOf(scene.store).selectFrom('run').select('id').execute()).toEqual([])
    expect(await scene.store.startScheduled(scene.session, moment)).toMatchObject({ moved: 1 })
  })

  it('that are kept again keep their moment unless they say something else', async () => {
    const scene = await open()
    const at = await scene.now()
    const flow = await addScheduled(scene, { dueAt: at + 5 })
    const keep = async (spec: string) => {
      const row = { flow_id: flow, application_id: scene.app, spec, due_at: at + 9 }
      await scene.store.mutate({ statements: [scene.store.statements.flows.keepSchedule(row)], application: null, audit: [] })
      return (await scene.store.queries.flows.find(flow))!.due_at
    }
    expect(await keep('{"kind":"schedule","cron":"* * * * *"}')).toBe(at + 5)
    expect(await keep('{"kind":"schedule","cron":"0 * * * *"}')).toBe(at + 9)
    await scene.store.mutate({ statements: [scene.store.statements.flows.dropSchedules(scene.app)], application: null, audit: [] })
    expect((await scene.store.queries.flows.find(flow))!.due_at).toBe(null)
  })
}

interface Scheduled {
  readonly dueAt: number | null
  readonly enabled?: number
  readonly version?: number
  readonly deletedAt?: number
}

async function addScheduled(scene: Scene, { dueAt, enabled = 1, version = 2, deletedAt }: Scheduled): Promise<FlowId> {
  const { store, app } = scene
  const id = scene.ids.make('flow')
  const { flows } = store.statements
  const times = { created_at: 1, updated_at: 1, deleted_at: deletedAt ?? null }
  const statements = [
    flows.insert({ id, application_id: app, uid: null, name: 'F', enabled, draft: '{}', published_version: version, ...times }),
    flows.keepSchedule({ flow_id: id, application_id: app, spec: '{"kind":"schedule","cron":"* * * * *"}', due_at: dueAt }),
  ]
  await store.mutate({ statements, application: await scene.application(), audit: [] })
  return id
}
