import { expect, it } from 'vitest'
import type { RunId } from '#domain'
import { EACH, NOBODY, wakeLine, type NewDelivery, type Task } from '#store'
import type { Scene } from './scene.ts'

/** Runs that wait for several deliveries of their own, beside each other. */
export function describeEach(open: () => Promise<Scene>): void {
  const outcome = '{"ok":true,"body":"\u{1F980} \\n"}'
  const settled = (scene: Scene, tasks: readonly Task[], wake: string | null = outcome) =>
    scene.store.settle(
      scene.session,
      tasks.map((task) => ({ task, attempt: null, next: { kind: 'end', status: 'delivered', failure: null }, wake })),
      [],
    )
  const gathers = { parkedOn: EACH, heard: 0 } as const
  /** Commits the deliveries while the run goes on, or has it wait for them. */
  async function commit(scene: Scene, run: RunId, part: { rev: number; deliveries: NewDelivery[]; status?: 'running' | 'waiting' }) {
    const answer = await scene.store.commitRuns(scene.session, [scene.commit(run, { status: 'waiting', ...gathers, ...part })])
    const taskOf = ({ id }: NewDelivery) => answer.tasks.find(({ delivery }) => delivery === id)!
    return { result: answer.results[0]!, tasks: part.deliveries.map(taskOf) }
  }
  const three = (scene: Scene) => [0, 1, 2].map(() => scene.delivery('flow_1/notify'))
  const lines = (tasks: readonly Task[], wake: string | null = outcome) => tasks.map(({ delivery }) => wakeLine(delivery, wake)).join('')
  const characters = (text: string) => [...text].length

  it('are woken by the first, hear of the next ones while they are under way, and wait only for what has not ended', async () => {
    const scene = await open()
    const run = await scene.start()
    const { tasks } = await commit(scene, run, { rev: 0, deliveries: three(scene) })
    const [first, second, third] = tasks as [Task, Task, Task]
    expect(await scene.world.run(run)).toMatchObject({ status: 'waiting', parked_on: EACH, holder: null, wake: null, rev: 1 })
    expect(await settled(scene, [first])).toMatchObject([{ settled: true, woken: { run, rev: 2 } }])
    expect(await scene.world.run(run)).toMatchObject({ status: 'queued', parked_on: EACH, holder: scene.session, wake: lines([first]) })
    expect(await settled(scene, [second])).toMatchObject([{ settled: true, woken: null }])
    // What it had read when it began is done with; the other came since.
    const heard = { ...gathers, heard: characters(lines([first])) }
    const waits = scene.commit(run, { rev: 2, status: 'waiting', waitMs: 0, ...heard })
    expect((await scene.store.commitRuns(scene.session, [waits])).results).toEqual([{ kind: 'committed', rev: 3, goesOn: true }])
    expect(await scene.world.run(run)).toMatchObject({ status: 'running', holder: scene.session, wake: lines([second]), due_at: null })
    expect(await scene.store.heldRuns(scene.session, null, 10)).toMatchObject([{ run, rev: 3 }])
    const rest = { rev: 3, status: 'waiting' as const, ...heard, heard: characters(lines([second])) }
    expect((await scene.store.commitRuns(scene.session, [scene.commit(run, rest)])).results).toEqual([{ kind: 'committed', rev: 4 }])
    expect(await scene.world.run(run)).toMatchObject({ status: 'waiting', holder: null, wake: null, parked_on: EACH })
    expect(await settled(scene, [third], null)).toMatchObject([{ woken: { run, rev: 5 } }])
    expect((await scene.store.loadRuns([run]))[0]!.run.wake).toBe(lines([third], null))
    await scene.store.commitRuns(scene.session, [scene.commit(run, { rev: 5, status: 'ok', finishedAt: 1 })])
    expect(await scene.world.run(run)).toMatchObject({ status: 'ok', wake: null, parked_on: null, holder: null })
  })

  it('hear of those that ended in one batch once, and of all', async () => {
    const scene = await open()
    const run = await scene.start()
    const { tasks } = await commit(scene, run, { rev: 0, deliveries: three(scene) })
    const results = await settled(scene, tasks)
    expect(results.flatMap(({ woken }) => woken ?? [])).toMatchObject([{ run, rev: 2 }])
    expect(await scene.world.run(run)).toMatchObject({ status: 'queued', wake: lines(tasks), rev: 2 })
  })

  it('go on while they make them: none that ends in between is lost, and a moment takes nothing away', async () => {
    const scene = await open()
    const run = await scene.start()
    const [first, second, third] = three(scene) as [NewDelivery, NewDelivery, NewDelivery]
    const begun = await commit(scene, run, { rev: 0, deliveries: [first], status: 'running' })
    expect(begun.result).toEqual({ kind: 'committed', rev: 1 })
    expect(await scene.world.run(run)).toMatchObject({ status: 'running', parked_on: EACH, holder: scene.session })
    expect(await settled(scene, begun.tasks)).toMatchObject([{ settled: true, woken: null }])
    const more = await commit(scene, run, { rev: 1, deliveries: [second], status: 'running' })
    expect(await scene.world.run(run)).toMatchObject({ status: 'running', wake: lines(begun.tasks), rev: 2 })
    const last = await commit(scene, run, { rev: 2, deliveries: [third] })
    expect(last.result).toEqual({ kind: 'committed', rev: 3, goesOn: true })
    const heard = characters(lines(begun.tasks))
    await scene.store.commitRuns(scene.session, [scene.commit(run, { rev: 3, status: 'waiting', waitMs: 0, ...gathers, heard })])
    expect(await scene.store.wakeDueRuns(scene.session, 10)).toMatchObject([{ run, rev: 5 }])
    expect(await scene.world.run(run)).toMatchObject({ status: 'queued', parked_on: EACH, due_at: null })
    expect(await settled(scene, more.tasks)).toMatchObject([{ woken: null }])
    expect(await scene.world.run(run)).toMatchObject({ status: 'queued', wake: lines(more.tasks) })
  })

  it('give up what they wait for no more in their own commit, and hear nothing of it', async () => {
    const scene = await open()
    const run = await scene.start()
    const [first, second, third] = (await commit(scene, run, { rev: 0, deliveries: three(scene) })).tasks as [Task, Task, Task]
    await settled(scene, [first])
    const givenUp = [second.delivery, first.delivery]
    const heard = characters(lines([first]))
    const waits = (rev: number) => scene.commit(run, { rev, status: 'waiting', ...gathers, heard, givenUp })
    expect((await scene.store.commitRuns(scene.session, [waits(1)])).results).toEqual([{ kind: 'lost' }])
    expect(await scene.world.delivery(second.delivery)).toMatchObject({ status: 'waiting' })
    expect((await scene.store.commitRuns(scene.session, [waits(2)])).results).toEqual([{ kind: 'committed', rev: 3 }])
    expect(await scene.world.delivery(second.delivery)).toMatchObject({ status: 'cancelled', next_at: null })
    expect(await scene.world.tasks(second.delivery)).toEqual([])
    expect(await scene.world.delivery(first.delivery)).toMatchObject({ status: 'delivered' })
    expect(await scene.world.run(run)).toMatchObject({ status: 'waiting', holder: null, wake: null, parked_on: EACH, rev: 3 })
    expect(await settled(scene, [second, third])).toMatchObject([{ settled: false }, { settled: true, woken: { run, rev: 4 } }])
  })

  it('hear of what a person cancels, waiting or not', async () => {
    const scene = await open()
    const run = await scene.start()
    const { tasks } = await commit(scene, run, { rev: 0, deliveries: three(scene) })
    const [first, second] = tasks as [Task, Task]
    expect(await scene.store.cancelDeliveries([first.delivery])).toEqual([first.delivery])
    expect(await scene.world.run(run)).toMatchObject({ status: 'queued', holder: NOBODY, wake: lines([first], null), rev: 2 })
    expect(await scene.store.cancelDeliveries([second.delivery], '{}')).toEqual([second.delivery])
    expect(await scene.world.run(run)).toMatchObject({ rev: 2, wake: lines([first], null) + lines([second], '{}') })
    expect(await scene.store.cancelRuns([run])).toEqual([run])
    expect(await scene.world.run(run)).toMatchObject({ status: 'cancelled', wake: null, parked_on: null })
  })
}
