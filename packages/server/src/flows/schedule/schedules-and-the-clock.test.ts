import pg from 'pg'
import { expect, test } from 'vitest'
import { freshDatabase } from '../../../../../test/support/postgres.ts'
import { startTestApi, type TestApi } from '../../../../../test/support/test-api.ts'
import { systemClock } from '#platform'
import { named } from '#store/postgres'

const DAY_MS = 86_400_000

interface Shifted extends AsyncDisposable {
  readonly api: TestApi
  /** Sets the clock by which schedules are due, back or forward. */
  set(to: number): Promise<void>
}

/** Of the machine for the embedded store, of the database for PostgreSQL. */
async function onClockOfItsOwn(engine: 'sqlite' | 'postgres'): Promise<Shifted> {
  let shiftMs = 0
  const clock = { ...systemClock, now: () => systemClock.now() + shiftMs }
  if (engine === 'sqlite') {
    const api = await startTestApi({}, { clock })
    return { api, set: async (to) => void (shiftMs = to - Date.now()), [Symbol.asyncDispose]: () => api.stop() }
  }
  const { url, drop } = await freshDatabase()
  const client = new pg.Client({ connectionString: url })
  const api = await startTestApi({}, { clock, databaseUrl: url })
  await client.connect()
  return {
    api,
    async set(to) {
      shiftMs = to - Date.now()
      await client.query(
        named(`create or replace function posthorn.now_ms() returns bigint language sql volatile as $$
          select (extract(epoch from clock_timestamp()) * 1000)::bigint + ${shiftMs} $$`),
      )
    },
    async [Symbol.asyncDispose]() {
      await client.end()
      await api.stop()
      await drop()
    },
  }
}

/** Until schedules were looked at behind that moment. */
async function lookedAt({ deps: { store } }: TestApi, moment: number): Promise<void> {
  const { dueSchedules } = store
  const looked = Promise.withResolvers<void>()
  const looking: typeof dueSchedules = async (most) => {
    const found = await dueSchedules(most)
    if (found.now >= moment) looked.resolve()
    return found
  }
  Object.assign(store, { dueSchedules: looking })
  await looked.promise
  Object.assign(store, { dueSchedules })
}

test.each(['sqlite', 'postgres'] as const)(
  'a clock that is set back starts no time twice, one that is set forward has missed what it left out, and both go on: %s',
  async (engine) => {
    await using scene = await onClockOfItsOwn(engine)
    const { api, set } = scene
    await api.call('POST /app', { body: { uid: 'shop', name: 'Shop' } })
    for (const missed of ['once', 'none']) {
      const trigger = { kind: 'schedule', cron: '0 6 * * *', missed }
      await api.call('POST /app/shop/flow', { body: { uid: missed, name: missed, trigger, steps: [{ id: 'end', kind: 'stop' }] } })
      await api.call(`POST /app/shop/flow/${missed}/publish`)
    }
    const first = Date.parse(String((await api.call('GET /app/shop/flow/once')).body['nextAt']))
    const day = (n: number) => first + n * DAY_MS
    const days = async (flow: string) => {
      const runs = (await api.call(`GET /app/shop/run?flow=${flow}&status=ok`)).body['data'] as unknown as { key: string }[]
      return runs.map(({ key }) => (Date.parse(key) - first) / DAY_MS).toSorted((a, b) => a - b)
    }
    const started = () => Promise.all([days('once'), days('none')])
    const soon = { timeout: 20_000, interval: 50 }

    await set(day(0) - 100)
    await expect.poll(started, soon).toEqual([[0], [0]])
    // Set back by three hours, the time comes once more.
    await set(day(0) - 3 * 3_600_000)
    await set(day(0) - 100)
    await lookedAt(api, day(0))
    await set(day(1) - 100)
    await expect.poll(started, soon).toEqual([
      [0, 1],
      [0, 1],
    ])
    // Forward by days: the first of those that were left out stands for all of them.
    await set(day(4) + 3_600_000)
    await expect.poll(started, soon).toEqual([
      [0, 1, 2],
      [0, 1],
    ])
    const nextAt = async (flow: string) => Date.parse(String((await api.call(`GET /app/shop/flow/${flow}`)).body['nextAt']))
    await expect.poll(() => Promise.all(['once', 'none'].map(nextAt)), soon).toEqual([day(5), day(5)])
    // And back: they are over, and do not come again.
    await set(day(2) + 3_600_000)
    for (const n of [3, 4]) {
      await set(day(n) - 100)
      await lookedAt(api, day(n))
    }
    await set(day(5) - 100)
    await expect.poll(started, soon).toEqual([
      [0, 1, 2, 5],
      [0, 1, 5],
    ])
  },
)
