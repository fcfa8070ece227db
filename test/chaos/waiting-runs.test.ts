import { setTimeout as pause } from 'node:timers/promises'
import { describe, test } from 'vitest'
import { freshDatabase } from '../support/postgres.ts'
import { createProduct, type Product } from '../support/product.ts'
import { startRecordingReceiver } from '../support/recording-receiver.ts'

interface Run {
  readonly id: string
  readonly status: string
  readonly errorCode: string | null
  readonly meta: object
  readonly steps: readonly {
    readonly id: string
    readonly status: string
    readonly code: string | null
    readonly durationMs: number | null
  }[]
}

const MINUTES_MS = 600_000
const AN_HOUR = 3600
/** Long enough for a kill while it runs, on most machines; where it is over before, the run ends the same way. */
const LIMIT_MS = 4000

/** One flow that lets one run in at a time, and three whose time is over long before what they wait for comes. */
const flows = (url: string) => [
  {
    ...{ uid: 'gated', name: 'One at a time', trigger: { kind: 'job' }, concurrency: 1 },
    steps: [{ id: 'call', kind: 'http_request', method: 'PUT', url, body: { key: '{{ run.key }}' } }],
  },
  {
    ...{ uid: 'step', name: 'A step with a limit', trigger: { kind: 'job' } },
    steps: [{ id: 'slow', kind: 'delay', for: AN_HOUR, timeoutMs: LIMIT_MS, next: late }],
  },
  {
    ...{ uid: 'call', name: 'A call with a limit', trigger: { kind: 'job' } },
    steps: [
      {
        ...{ id: 'slow', kind: 'http_request', url: `${url}/busy`, totalTimeoutMs: LIMIT_MS, next: late },
        retryPolicy: { waitsSeconds: [AN_HOUR] },
      },
    ],
  },
  {
    ...{ uid: 'run', name: 'A run with a limit', trigger: { kind: 'job' }, timeoutMs: LIMIT_MS },
    steps: [{ id: 'slow', kind: 'delay', for: AN_HOUR }],
    rescue: [{ id: 'rescued', kind: 'set_meta', meta: { late: true } }],
  },
]
const late = [{ status: 'TIMEOUT', do: { steps: [{ id: 'late', kind: 'set_meta', meta: { late: true } }] } }]

const start = (product: Product, flow: string, key: string) => product.api<Run>('POST', '/app/default/run', { flow, key })
const read = (product: Product, { id }: Pick<Run, 'id'>) => product.api<Run>('GET', `/app/default/run/${id}`)

async function until(product: Product, run: Pick<Run, 'id'>, holds: (run: Run) => boolean): Promise<Run> {
  for (;;) {
    const now = await read(product, run)
    if (holds(now)) return now
    await pause(20)
  }
}

const hasEnded = ({ status }: Run) => status === 'ok' || status === 'ko'

/** The test's own time limit ends what never comes. */
describe.concurrent.each(['SQLite', 'PostgreSQL'] as const)('killed while runs wait, on %s', (engine) => {
  test(
    'at flows.after_gate each gets in all the same, and the time limits of steps and runs are kept',
    { timeout: MINUTES_MS },
    async ({ expect }) => {
      await using receiver = await startRecordingReceiver(({ path }) => (path === '/busy' ? 503 : 200))
      const database = engine === 'PostgreSQL' ? await freshDatabase() : undefined
      const product = await createProduct({ databaseUrl: database?.url })
      try {
        // The second that comes to the gate: the first may be behind it, and still under way.
        await product.start({ POSTHORN_FAILPOINT: 'flows.after_gate:2' })
        for (const flow of flows(receiver.url)) {
          await product.api('POST', '/app/default/flow', flow)
          await product.api('POST', `/app/default/flow/${flow.uid}/publish`)
        }
        const limited = await Promise.all(['step', 'call', 'run'].map((flow) => start(product, flow, flow)))
        for (const run of limited) await until(product, run, ({ status }) => status === 'waiting' || hasEnded({ status } as Run))
        const died = product.ended
        const keys = ['a', 'b', 'c']
        // A job with the same key is the same job, so whoever heard nothing asks again.
        await Promise.allSettled(keys.map((key) => start(product, 'gated', key)))
        await died
        await product.start()
        const gated = await Promise.all(keys.map((key) => start(product, 'gated', key)))
        for (const run of gated) expect((await until(product, run, hasEnded)).status).toBe('ok')
        const calls = receiver.received.filter(({ path }) => path === '/')
        const said = calls.map(({ body, headers }) => [String(JSON.parse(body.toString()).key), headers['idempotency-key']] as const)
        // Each at least once, under one key however often.
        expect([...new Set(said.map(([key]) => key))].sort()).toEqual(keys)
        expect(new Set(said.map(([, key]) => key)).size).toBe(3)

        const [step, call, run] = await Promise.all(limited.map((one) => until(product, one, hasEnded)))
        for (const one of [step!, call!]) {
          expect(one).toMatchObject({ status: 'ok', meta: { late: true } })
          expect(one.steps[0]).toMatchObject({ id: 'slow', status: 'KO', code: 'timeout' })
          expect(one.steps[0]!.durationMs).toBeGreaterThanOrEqual(LIMIT_MS)
        }
        expect(run).toMatchObject({ status: 'ko', errorCode: 'timeout', meta: { late: true } })
      } finally {
        await product.remove()
        await database?.drop()
      }
    },
  )
})
