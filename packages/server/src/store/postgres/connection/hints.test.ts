import pg from 'pg'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { createIds } from '#domain'
import { systemClock, systemRandom } from '#platform'
import { silentLog } from '#platform/testing'
import { createScene } from '../../../../test/store/conformance/scene.ts'
import type { Hint } from '../../port/hints.ts'
import { openPostgres } from '../open-postgres.ts'
import { createPostgresSubjects, type PostgresSubjects } from '../../../../test/store/postgres/postgres-subject.ts'

let subjects: PostgresSubjects
beforeAll(async () => {
  subjects = await createPostgresSubjects()
})
afterAll(() => subjects.drop())

const none: Hint = { lanes: [], replied: [], runs: false }
const WAIT = { timeout: 20_000, interval: 20 }

/** The scene's process, another one beside it, and what reaches the scene's. */
async function openTwo() {
  const subject = await subjects.open()
  const heard: Hint[] = []
  let wake = () => {}
  subject.store.onHint((hint) => {
    heard.push(hint)
    wake()
  })
  const scene = await createScene(subject)
  const other = await openPostgres({ url: subject.url, clock: systemClock, log: silentLog })
  const session = createIds({ now: Date.now, fill: systemRandom().fill }).make('ses')
  await other.openSession(session)
  const client = new pg.Client({ connectionString: subject.url })
  await client.connect()
  onTestFinished(async () => {
    await client.end()
    await other.close()
    await subject.close()
  })
  const until = async (holds: () => boolean): Promise<void> => {
    while (!holds()) await new Promise<void>((resolve) => (wake = resolve))
  }
  /** Connections are made in the background, and hints before that are lost: says it again until it is heard. */
  const connected = async (mark: string): Promise<void> => {
    await expect
      .poll(() => {
        other.hint(scene.session, { ...none, lanes: [mark] })
        return heard.some(({ lanes }) => lanes.includes(mark))
      }, WAIT)
      .toBe(true)
  }
  return { scene, store: subject.store, other, session, client, heard, until, connected }
}

it('a process hears of work that another one put into its lane, and of no other lane', async () => {
  const { scene, other, session, heard, until, connected } = await openTwo()
  const [mine, free] = [await scene.endpoint(), await scene.endpoint()]
  await scene.send([mine])
  await connected('mark')
  const message = scene.message([mine, free])
  const { lanes } = await other.accept(session, [scene.operation({ application: await scene.application(), messages: [message] })])
  expect(lanes.map((lane) => lane.lane)).toEqual([free])
  await until(() => heard.some((hint) => hint.lanes.includes(mine)))
  expect(heard.flatMap((hint) => hint.lanes)).not.toContain(free)
})

it('a process hears that the reply of a run is there', async () => {
  const { scene, other, heard, until, connected } = await openTwo()
  await connected('mark')
  other.hint(scene.session, { ...none, replied: ['run_1'] })
  await until(() => heard.some((hint) => hint.replied.length > 0))
  expect(heard.flatMap((hint) => hint.replied)).toEqual(['run_1'])
})

it('a hint with more lanes than a notification has room for comes in several', async () => {
  const { scene, other, heard, until, connected } = await openTwo()
  const lanes = Array.from({ length: 2000 }, (_, n) => `flow_${n}/${'ü'.repeat(64)}`)
  await connected('mark')
  other.hint(scene.session, { ...none, lanes })
  await until(() => heard.flatMap((hint) => hint.lanes).filter((lane) => lane !== 'mark').length >= lanes.length)
  expect(heard.flatMap((hint) => hint.lanes).filter((lane) => lane !== 'mark')).toEqual(lanes)
})

it('hints come again after the connections broke, and what others notify harms nobody', async () => {
  const { scene, client, heard, until, connected } = await openTwo()
  await connected('first')
  await client.query(`select pg_terminate_backend(pid) from pg_stat_activity
    where application_name = 'posthorn hints' and datname = current_database()`)
  await connected('second')
  for (const payload of ['', 'no JSON', '7', 'null', '{"lanes":[7],"replied":[]}', '{"lanes":{}}']) {
    await client.query('select pg_notify($1, $2)', [scene.session, payload])
  }
  await client.query('select pg_notify($1, $2)', [scene.session, JSON.stringify({ ...none, lanes: ['last'] })])
  await until(() => heard.some(({ lanes }) => lanes.includes('last')))
  expect(heard.flatMap(({ lanes }) => lanes).filter((lane) => !['first', 'second', 'last'].includes(lane))).toEqual([])
})

it('who begins a new life hears what is sent to it, and no longer what is sent to the old one', async () => {
  const { scene, store, other, heard, until, connected } = await openTwo()
  await connected('old')
  const next = createIds({ now: Date.now, fill: systemRandom().fill }).make('ses')
  await store.openSession(next)
  await expect
    .poll(() => {
      other.hint(next, { ...none, lanes: ['new'] })
      return heard.some(({ lanes }) => lanes.includes('new'))
    }, WAIT)
    .toBe(true)
  other.hint(scene.session, { ...none, lanes: ['late'] })
  other.hint(next, { ...none, lanes: ['end'] })
  await until(() => heard.some(({ lanes }) => lanes.includes('end')))
  expect(heard.flatMap(({ lanes }) => lanes)).not.toContain('late')
})

it('what is sent to all is heard by all others, and not by the one that sends it', async () => {
  const { store, other, heard, until, connected } = await openTwo()
  const echo: Hint[] = []
  other.onHint((hint) => echo.push(hint))
  await connected('mark')
  await expect
    .poll(() => {
      store.hint(null, { lanes: ['from the first'] })
      return echo.length > 0
    }, WAIT)
    .toBe(true)
  other.hint(null, { runs: true })
  await until(() => heard.some(({ runs }) => runs))
  expect(heard.filter(({ runs }) => runs)).toEqual([{ ...none, runs: true }])
  expect(new Set(heard.flatMap(({ lanes }) => lanes))).toEqual(new Set(['mark']))
  expect(new Set(echo.flatMap(({ lanes }) => lanes))).toEqual(new Set(['from the first']))
})

it('who takes no lanes gives all a hint of work in lanes of nobody', async () => {
  const { scene, other, heard, until, connected } = await openTwo()
  const endpoint = await scene.endpoint()
  await connected('mark')
  const session = createIds({ now: Date.now, fill: systemRandom().fill }).make('ses')
  await other.openSession(session, { lanes: false, runs: false })
  const message = scene.message([endpoint])
  const { lanes } = await other.accept(session, [scene.operation({ application: await scene.application(), messages: [message] })])
  expect(lanes).toEqual([])
  await until(() => heard.some((hint) => hint.lanes.includes(endpoint)))
})
