import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { startTestApi, type TestApi } from '../../../../../test/support/test-api.ts'
import { freshDatabase } from '../../../../../test/support/postgres.ts'
import { createIds } from '#domain'
import { createCollectingLog, createFakeClock, createSeededRandom } from '#platform/testing'
import type { ScheduledMoment } from '#store'
import { tablesOf } from '#store/testing'
import { createSchedules } from './schedules.ts'

const MINUTE_MS = 60_000

interface Scheduled {
  readonly uid: string
  readonly missed?: 'once' | 'none'
}

async function publish(api: TestApi, { uid, missed }: Scheduled): Promise<void> {
  const trigger = { kind: 'schedule', cron: '0 6 * * *', timeZone: 'Europe/Berlin', ...(missed && { missed }) }
  const steps = [{ id: 'seen', kind: 'set_meta', meta: { at: '{{ body.scheduledAt }}' } }]
  await api.call('POST /app/shop/flow', { body: { uid, name: uid, trigger, steps } })
  expect((await api.call(`POST /app/shop/flow/${uid}/publish`)).status).toBe(200)
}

/** As if its moment had come then. */
async function becomeDue({ deps: { store } }: TestApi, dueAt: number): Promise<void> {
  const query = tablesOf(store).updateTable('schedule').set({ due_at: dueAt }).compile()
  await store.mutate({ statements: [{ query }], application: null, audit: [] })
}

type Listed = { readonly nextAt: string | null; readonly meta: unknown; readonly key: string; readonly status: string }[]
const listed = async (api: TestApi, path: string) => (await api.call(`GET /app/shop/${path}`)).body['data'] as unknown as Listed

async function until(look: () => Promise<boolean>): Promise<void> {
  while (!(await look())) await new Promise((resolve) => setTimeout(resolve, 20))
}

async function onEngine(engine: 'sqlite' | 'postgres', scene: (api: TestApi) => Promise<void>): Promise<void> {
  const database = engine === 'postgres' ? await freshDatabase() : undefined
  const api = await startTestApi({}, database && { databaseUrl: database.url })
  try {
    await scene(api)
  } finally {
    await api.stop()
    await database?.drop()
  }
}

test.each(['sqlite', 'postgres'] as const)(
  'a schedule starts one run at each of its times, and what was missed has one or none: %s',
  (engine) =>
    onEngine(engine, async (api) => {
      await api.call('POST /app', { body: { uid: 'shop', name: 'Shop' } })
      await publish(api, { uid: 'once' })
      await publish(api, { uid: 'never', missed: 'none' })
      const berlin = new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/Berlin', hour: '2-digit', minute: '2-digit' })
      for (const { nextAt } of await listed(api, 'flow')) {
        const next = Date.parse(nextAt!)
        expect(next).toBeGreaterThan(Date.now())
        // A day has 25 hours where the clocks are set back.
        expect(next).toBeLessThanOrEqual(Date.now() + 25 * 3_600_000)
        expect(berlin.format(next)).toBe('06:00')
      }

      // Within its minute: each has its run.
      const due = Date.now() - 500
      await becomeDue(api, due)
      await until(async () => (await listed(api, 'run?trigger=schedule&status=ok')).length === 2)
      const runs = await listed(api, 'run?trigger=schedule')
      expect(runs.map(({ key }) => key)).toEqual([new Date(due).toISOString(), new Date(due).toISOString()])

      // Missed by more: one run for all of it, or none, and both go on with what comes next.
      const long = Date.now() - 3 * 86_400_000
      await becomeDue(api, long)
      await until(async () => (await listed(api, 'flow')).every(({ nextAt }) => Date.parse(nextAt!) > Date.now()))
      await until(async () => (await listed(api, 'run?trigger=schedule&status=ok')).length === 3)
      expect(await listed(api, 'run?trigger=schedule&flow=once')).toHaveLength(2)
      expect(await listed(api, 'run?trigger=schedule&flow=never')).toHaveLength(1)

      // What runs at times can be run by hand, and one that is off has no time.
      expect((await api.call('POST /app/shop/run?wait=10', { body: { flow: 'once' } })).body).toMatchObject({
        status: 'ok',
        trigger: 'job',
      })
      expect((await api.call('PATCH /app/shop/flow/once', { body: { enabled: false } })).body).toMatchObject({ nextAt: null })
      expect((await api.call('PATCH /app/shop/flow/once', { body: { enabled: true } })).body).toMatchObject({ nextAt: expect.any(String) })
      const trigger = { kind: 'schedule', cron: '* * * * *' }
      await api.call('PATCH /app/shop/flow/once', { body: { trigger } })
      await api.call('POST /app/shop/flow/once/publish')
      const changed = (await api.call('GET /app/shop/flow/once')).body
      expect(Date.parse(String(changed['nextAt'])) - Date.now()).toBeLessThanOrEqual(MINUTE_MS)
      await api.call('DELETE /app/shop/flow/once')
      await becomeDue(api, Date.now() - 1)
      await until(async () => (await listed(api, 'run?trigger=schedule&flow=never')).length === 2)
      expect(await tablesOf(api.deps.store).selectFrom('schedule').select('spec').execute()).toHaveLength(1)

      const wrong = { name: 'W', trigger: { kind: 'schedule', cron: '99 * * * *', timeZone: 'Mars' }, steps: [] }
      const draft = (await api.call('POST /app/shop/flow', { body: { ...wrong, uid: 'wrong' } })).body
      expect(draft).toMatchObject({ nextAt: null, faults: [{ pointer: '/trigger/timeZone', code: 'invalid_schedule' }] })
    }),
)

test('what the store refuses to start is started at the next look, once', async () => {
  const clock = createFakeClock()
  const log = createCollectingLog()
  const spec = JSON.stringify({ kind: 'schedule', cron: '* * * * *', timeZone: 'UTC' })
  const due = { flow: 'flow_1', application: 'app_1' as const, version: 1, dueAt: clock.now(), spec }
  const started: ScheduledMoment[] = []
  let refusals = 2
  const schedules = createSchedules({
    ...{
      clock,
      log,
      ids: createIds({ now: clock.now, fill: createSeededRandom(1).fill }),
      failpoint: () => undefined,
      take: () => undefined,
    },
    session: { id: 'ses_1', mayAct: () => true },
    store: {
      dueSchedules: async () => ({ now: clock.now(), due: started.length === 0 ? [due] : [] }),
      async startScheduled(_, moments) {
        if (refusals-- > 0) throw new Error('injected')
        started.push(...moments)
        return { moved: moments.length, runs: [] }
      },
    },
  })
  schedules.start()
  for (let looks = 0; looks < 6; looks++) {
    clock.advance(500)
    await setImmediate()
    await setImmediate()
  }
  await schedules.stop()
  expect(started.map(({ flow, run }) => [flow, run?.key])).toEqual([['flow_1', new Date(due.dueAt).toISOString()]])
  expect(log.entries.filter(({ event }) => event === 'flows.schedules.unread')).toHaveLength(1)
})

test('one that cannot be read is looked at an hour later, and holds up no other', async () => {
  const clock = createFakeClock()
  const log = createCollectingLog()
  const due = (flow: string, spec: object) => ({
    ...{ flow, application: 'app_1' as const, version: 1, dueAt: clock.now() },
    spec: JSON.stringify({ kind: 'schedule', cron: '* * * * *', ...spec }),
  })
  const started: ScheduledMoment[] = []
  const schedules = createSchedules({
    ...{
      clock,
      log,
      ids: createIds({ now: clock.now, fill: createSeededRandom(1).fill }),
      failpoint: () => undefined,
      take: () => undefined,
    },
    session: { id: 'ses_1', mayAct: () => true },
    store: {
      dueSchedules: async () => ({
        now: clock.now(),
        due: started.length === 0 ? [due('flow_gone', { timeZone: 'Mars/Olympus' }), due('flow_1', {})] : [],
      }),
      async startScheduled(_, moments) {
        started.push(...moments)
        return { moved: moments.length, runs: [] }
      },
    },
  })
  schedules.start()
  while (started.length === 0) {
    clock.advance(500)
    await setImmediate()
  }
  await schedules.stop()
  expect(started.map(({ flow, run }) => [flow, run === null])).toEqual([
    ['flow_gone', true],
    ['flow_1', false],
  ])
  expect(started[0]!.nextAt! - clock.now()).toBeGreaterThan(3_500_000)
  expect(log.entries.map(({ event, fields }) => [event, fields?.['flow']])).toEqual([['flows.schedule.unreadable', 'flow_gone']])
})
