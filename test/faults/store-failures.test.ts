import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { startServer, type RunningServer } from '@posthorn/server'
import { furnish, untilQuiet, type Harness } from '../chaos/harness.ts'
import { emptyDatabase, type FreshDatabase } from '../support/postgres.ts'
import { startRecordingReceiver, type RecordingReceiver } from '../support/recording-receiver.ts'
import { calledByEvents, calledByTime, commits, createFailingStore } from './failing-store.ts'

const ARRIVE_MS = 20_000
/** No scenario calls one operation so often; a loop that never runs out of injections is a fault itself. */
const CALLS_MAX = 30
const TICKS = 3
/** Lanes without work are given back after half of it. */
const SECOND_MS = 1000
/** So many waiting messages that one claim does not bring all of them. */
const BACKLOG = 100
const APPLICATION = '/app/chaos'

const inTurns = { concurrent: false }

// Events wait for retries more than anybody works: the engines are looked at side by side, each with its cases one after the other.
describe.concurrent.for(['sqlite', 'postgres'] as const)('when a call of the store fails (%s)', (engine) => {
  let folder: string
  let database: FreshDatabase | undefined
  let server: RunningServer
  let harness: Harness
  let operator: RecordingReceiver
  let failing: ReturnType<typeof createFailingStore>
  let sent = 0

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'posthorn-faults-'))
    if (engine === 'postgres') database = await emptyDatabase()
    const environment = {
      POSTHORN_PORT: '0',
      POSTHORN_DATA: folder,
      POSTHORN_LOG_LEVEL: 'error',
      ...(database && { POSTHORN_DATABASE_URL: database.url }),
    }
    server = await startServer(
      { environment, flags: {}, file: undefined, dev: true },
      {
        store(store) {
          failing = createFailingStore(store)
          return failing.store
        },
      },
    )
    harness = await furnish({ port: Number(new URL(server.url).port), api, apiKey: server.firstKey! }, 4)
    operator = await startRecordingReceiver()
    await api('POST', '/app/posthorn/endpoint', { url: operator.url })
    // Its deliveries are counted against the hour of a plan.
    await api('POST', '/plan', { name: 'large', deliveriesPerHour: 1_000_000 })
    await api('PATCH', APPLICATION, { plan: 'large' })
  })

  afterAll(async () => {
    await harness.close()
    await server.stop()
    await operator[Symbol.asyncDispose]()
    await database?.drop()
    await rm(folder, { recursive: true, force: true })
  })

  /** A caller of the API who is told that the store did not take it tries again. */
  async function api<T>(method: string, path: string, body?: unknown): Promise<T> {
    const headers = { authorization: `Bearer ${server.firstKey}`, 'content-type': 'application/json' }
    for (let attempt = 1; ; attempt++) {
      const response = await fetch(`${server.url}/api/v1${path}`, {
        method,
        headers,
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
      const text = await response.text()
      if (response.ok) return JSON.parse(text) as T
      if (response.status < 500 || attempt === 3) throw new Error(`${method} ${path} answered ${response.status}: ${text}`)
    }
  }

  /**
   * Events all the way, with the injection armed: into a paused endpoint, so that what waits is claimed and loaded, and then straight
   * on. A sender tries again until it is acknowledged, and sends one of them twice, as GitHub would.
   */
  async function eventsPass(backlog = 1): Promise<void> {
    const n = ++sent
    const messages = Array.from({ length: backlog }, (_, i) => `message-${n * 1000 + i}` as const)
    await harness.setEndpoint('paused')
    await Promise.all([harness.send(`paused-${n}`), ...messages.map((id) => harness.post(id))])
    await harness.setEndpoint('active')
    await harness.send(`request-${n}`)
    await harness.send(`request-${n}`)
    await harness.arrived(new Set([`paused-${n}`, ...messages, `request-${n}`]), ARRIVE_MS)
  }

  /** Nothing is stuck, nothing failed, and as no process died, nothing came twice. */
  async function allIsWell(): Promise<void> {
    await untilQuiet({ api })
    const { data } = await api<{ data: { id: string; status: string }[] }>('GET', `${APPLICATION}/run?limit=250`)
    expect(data.filter((run) => run.status !== 'ok')).toEqual([])
    expect(harness.duplicates()).toBe(0)
    expect(harness.received.unverified).toBe(0)
    // What the operator is told goes out after what it tells of.
    await vi.waitFor(() => expect(data.filter((run) => toldOf(run.id) !== 1)).toEqual([]), { timeout: ARRIVE_MS, interval: 100 })
  }

  /** How often the operator was told that the run succeeded. */
  function toldOf(run: string): number {
    const said = operator.received.map(({ body }) => JSON.parse(body.toString()) as { id: string; type: string; data: { runId?: string } })
    return new Set(said.filter(({ type, data }) => type === 'run.succeeded' && data.runId === run).map(({ id }) => id)).size
  }

  const cases = [
    ...calledByEvents.map((operation) => ({ operation, how: 'refused' as const })),
    ...commits.map((operation) => ({ operation, how: 'unknown' as const })),
  ]

  test.for(cases)(
    '$operation $how at the 1st, 2nd, 3rd ... time: no false 2xx, no stuck run, nothing lost or doubled',
    inTurns,
    async ({ operation, how }) => {
      let call = 0
      do {
        expect(++call).toBeLessThan(CALLS_MAX)
        failing.arm({ operation, how, call })
        await eventsPass()
        failing.disarm()
        await untilQuiet({ api })
      } while (failing.happened)
      expect(call).toBeGreaterThan(1)
      await allIsWell()
    },
  )

  // An embedded store has no other processes whose changes could be missed.
  test.for(calledByTime.filter((operation) => engine === 'postgres' || operation !== 'changes'))(
    '%s refused now and then: events pass, nothing is stuck, lost or doubled',
    inTurns,
    async (operation) => {
      for (let call = 1; call <= TICKS; call++) {
        failing.arm({ operation, how: 'refused', call })
        await vi.waitFor(
          async () => {
            await eventsPass(BACKLOG)
            expect(failing.happened).toBe(true)
          },
          { timeout: ARRIVE_MS, interval: SECOND_MS },
        )
        failing.disarm()
      }
      await allIsWell()
    },
  )
})
