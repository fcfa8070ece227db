import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { Session } from '#coordination'
import { createIds, type SessionId } from '#domain'
import { systemClock, systemRandom } from '#platform'
import { silentLog } from '#platform/testing'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import type { HeldRun, SettleResult, Task } from '#store'
import { createScene, delivered } from '../conformance/scene.ts'
import { createPostgresSubjects, type PostgresSubjects } from './postgres-subject.ts'

let subjects: PostgresSubjects
beforeAll(async () => {
  subjects = await createPostgresSubjects()
})
afterAll(() => subjects.drop())

/** Takes a lane and a run, tells them, and settles when it is told to. */
const program = `
  const [url, application, lane] = process.argv.slice(1)
  const { openPostgres } = await import('#store/postgres')
  const { Session } = await import('#coordination')
  const { createIds } = await import('#domain')
  const { systemClock, systemRandom } = await import('#platform')
  const { silentLog } = await import('#platform/testing')
  const say = (value) => console.log(JSON.stringify(value))
  const ids = createIds({ now: systemClock.now, fill: systemRandom().fill })
  const store = await openPostgres({ url, clock: systemClock, log: silentLog })
  const session = new Session({ store, clock: systemClock, ids, log: silentLog, onAdopted() {}, onLost: (lost) => say({ lost }) })
  await session.start()
  const first = session.id
  const { version } = await store.queries.applications.head(application)
  const delivery = { id: ids.make('dlv'), lane, endpoint_id: lane, step_id: null, event_type: 'a.b', created_at: 1, request: null, body: null }
  const message = { id: ids.make('msg'), application_id: application, event_id: null, event_type: 'a.b', channels: null, tags: null,
    run_id: null, created_at: 1, payload: Buffer.from('{}'), deliveries: [delivery], skipped: [] }
  const run = { id: ids.make('run'), application_id: application, flow_id: 'flow_1', version: 1, trigger: 'job', request_id: null, key: 'k',
    created_at: 1, input: null, meta: '{}', answer_by: null }
  const operation = { application: { id: application, version }, dedups: [], request: null, runs: [run], messages: [message] }
  const { tasks } = await store.accept(first, [operation])
  say({ session: first, task: tasks[0], run: run.id })
  for await (const _ of process.stdin) {
    const settlement = { task: tasks[0], attempt: null, next: { kind: 'end', status: 'delivered', failure: null }, wake: null }
    say({ settled: await store.settle(first, [settlement], []), mayAct: session.mayAct() })
  }
`

it('F27: a process that was stopped and reaped settles nothing when it goes on, and begins a new life', async () => {
  const subject = await subjects.open()
  onTestFinished(() => subject.close())
  const scene = await createScene(subject)
  const { store, app } = scene
  const lane = await scene.endpoint()
  await store.closeSession(scene.session)

  const child = spawn(process.execPath, ['--input-type=module', '-e', program, subject.url, app, lane], {
    cwd: import.meta.dirname,
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  const said = async <T>() => JSON.parse((await lines.next()).value!) as T
  const { session: stopped, task, run } = await said<{ session: SessionId; task: Task; run: string }>()

  const adopted: HeldRun[] = []
  const ids = createIds({ now: systemClock.now, fill: systemRandom().fill })
  const adopter = new Session({
    ...{ store, clock: systemClock, ids, log: silentLog, onLost() {} },
    onAdopted: (runs) => void adopted.push(...runs),
  })
  await adopter.start()
  onTestFinished(() => adopter.stop())
  child.kill('SIGSTOP')
  const from = performance.now()
  await expect.poll(() => adopted.map((one) => one.run)).toEqual([run])
  expect(performance.now() - from).toBeGreaterThan(4000)
  const claim = await store.claim(adopter.id, 10, 10)
  expect(claim.tasks).toEqual([task])
  expect(claim.lanes[0]).toMatchObject({ lane, takeovers: 1 })

  child.kill('SIGCONT')
  expect(await said()).toEqual({ lost: stopped })
  child.stdin.write('settle\n')
  const { settled } = await said<{ settled: SettleResult[] }>()
  expect(settled).toEqual([{ settled: false, woken: null }])
  const mine = await store.settle(adopter.id, [delivered(task, scene.attempt(task))], [])
  expect(mine).toEqual([{ settled: true, woken: null }])
  await expect.poll(async () => (await store.beat(adopter.id)).peers.map((peer) => peer.id), { timeout: 5000 }).not.toContain(stopped)
  child.kill('SIGKILL')
  await once(child, 'exit')
})
