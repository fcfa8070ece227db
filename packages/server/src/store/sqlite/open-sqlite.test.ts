import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { createFakeClock, createCollectingLog, silentLog } from '#platform/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createScene, deliveriesOf, delivered, laneUpdate, retry } from '../../../test/store/conformance/scene.ts'
import { worldOver } from '../../../test/store/conformance/subject.ts'
import type { Store } from '../store.ts'
import { FolderInUseError } from './file/lock-folder.ts'
import { openSqlite } from './open-sqlite.ts'

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'posthorn-open-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

const clock = createFakeClock()
const now = async () => clock.now()

async function open(folder: string, log = silentLog): Promise<Store> {
  const store = await openSqlite({ folder, clock, log })
  onTestFinished(() => store.close())
  return store
}

const sceneIn = (store: Store) =>
  createScene({ store, world: worldOver(store), now, advance: async (ms) => clock.advance(ms), close: store.close })

describe('openSqlite', () => {
  it('F28: refuses a folder that this or another process has, with a sentence that helps', async () => {
    const folder = makeFolder()
    const store = await open(folder)
    await expect(openSqlite({ folder, clock, log: silentLog })).rejects.toBeInstanceOf(FolderInUseError)
    const script = `import { lockFolder } from ${JSON.stringify(join(import.meta.dirname, 'file/lock-folder.ts'))}
      try { lockFolder(${JSON.stringify(folder)}); console.log('got it') } catch (error) { console.log(error.message) }`
    const child = () => execFileSync(process.execPath, ['--input-type=module-typescript', '-e', script], { encoding: 'utf8' }).trim()
    expect(child()).toBe(
      `The data folder ${folder} is in use by another Posthorn process. Stop that one first, or give this one a folder of its own (POSTHORN_DATA).`,
    )
    await store.close()
    expect(child()).toBe('got it')
  })

  it('keeps its files from other users', async () => {
    const folder = join(makeFolder(), 'deep', 'data')
    await open(folder)
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    for (const file of ['posthorn.db', 'posthorn.db-wal', 'posthorn.db-shm']) expect(statSync(join(folder, file)).mode & 0o077).toBe(0)
  })

  it('F31: others may read the file meanwhile: a backup holds all that was acknowledged', async () => {
    const folder = makeFolder()
    const scene = await sceneIn(await open(folder))
    const { message } = await scene.send([await scene.endpoint()])
    const reader = new Database(join(folder, 'posthorn.db'), { readonly: true })
    const copy = join(folder, 'backup.db')
    reader.prepare('vacuum into ?').run(copy)
    reader.close()
    const backup = new Database(copy)
    expect(backup.prepare('select id from message').all()).toEqual([{ id: message.id }])
    backup.close()
  })

  it('after an orderly end everything goes on: runs are adopted, lanes are due, circuits hold, nothing counts as a crash', async () => {
    const folder = makeFolder()
    const first = await sceneIn(await open(folder))
    const [good, broken] = [await first.endpoint(), await first.endpoint()]
    const run = await first.start()
    const parked = await first.start()
    const step = await first.park(parked)
    const a = await first.send([good])
    const b = await first.send([broken])
    await first.settle(retry(b.tasks[0]!, first.attempt(b.tasks[0]!), 1000), laneUpdate(broken, { failures: 5, circuitInMs: 60_000 }))
    await first.store.close()

    const log = createCollectingLog()
    const store = await open(folder, log)
    expect(log.entries).toEqual([])
    const session = first.ids.make('ses')
    await store.openSession(session)
    expect(await store.adoptRuns(session, 10)).toEqual([{ run, application: first.app, rev: 1 }])
    const claim = await store.claim(session, 10, 10)
    expect(deliveriesOf(claim.tasks).toSorted()).toEqual([step.delivery, a.deliveries[0]!].toSorted())
    expect(claim.lanes.map((lane) => lane.takeovers)).toEqual([0, 0])
    expect(claim.nextInMs).toBe(60_000)
    const task = claim.tasks.find((one) => one.delivery === step.delivery)!
    const [settled] = await store.settle(session, [delivered(task, null)], [])
    expect(settled).toEqual({ settled: true, woken: { run: parked, application: first.app, rev: 2 } })
  })

  it('F9: a clock that is set back by a day stalls nothing', async () => {
    const scene = await sceneIn(await open(makeFolder()))
    const lane = await scene.endpoint()
    const { tasks, deliveries } = await scene.send([lane])
    await scene.store.release(scene.session, [lane])
    clock.jump(-86_400_000)
    expect(deliveriesOf(await scene.due())).toEqual(deliveries)
    await scene.settle(retry(tasks[0]!, scene.attempt(tasks[0]!), 5000))
    const next = await scene.send([lane])
    expect(deliveriesOf(next.tasks)).toEqual(next.deliveries)
    await scene.advance(6000)
    expect(deliveriesOf(await scene.store.refill(scene.session, [{ lane, tasksMax: 10 }]))).toEqual([...next.deliveries, ...deliveries])
    clock.jump(86_400_000)
  })

  it('a close finishes what was asked for, and takes nothing more', async () => {
    const folder = makeFolder()
    const store = await open(folder)
    const scene = await sceneIn(store)
    const request = scene.request()
    const accepted = store.accept(scene.session, [scene.operation({ request })])
    const closed = store.close()
    await expect(store.accept(scene.session, [scene.operation({ request: scene.request() })])).rejects.toThrow('closed')
    expect((await accepted).results).toEqual([{ kind: 'accepted' }])
    await closed
    expect(await worldOver(await open(folder)).request(request.id)).toBeDefined()
  })

  it('calls of one turn share a transaction, and one that fails does not undo the others', async () => {
    const store = await open(makeFolder())
    const scene = await sceneIn(store)
    const [a, b] = [scene.request(), scene.request()]
    const broken = store.mutate({ statements: [{ query: { sql: 'nonsense', parameters: [] } as never }], application: null, audit: [] })
    const results = await Promise.allSettled([
      store.accept(scene.session, [scene.operation({ request: a })]),
      broken,
      store.accept(scene.session, [scene.operation({ request: b })]),
    ])
    expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    for (const { id } of [a, b]) expect(await scene.world.request(id)).toBeDefined()
  })
})
