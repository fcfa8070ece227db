import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freshDatabase } from '../../../../../test/support/postgres.ts'
import { startTestApi, type TestApi } from '../../../../../test/support/test-api.ts'

interface Run {
  readonly id: string
  readonly status: string
  readonly errorCode: string | null
  readonly durationMs: number
  readonly meta: Record<string, unknown>
  readonly steps: { readonly id: string; readonly status: string; readonly code: string | null; readonly durationMs: number }[]
}

describe.each(['sqlite', 'postgres'] as const)('a time limit on %s', (engine) => {
  let api: TestApi
  let database: Awaited<ReturnType<typeof freshDatabase>> | undefined
  beforeAll(async () => {
    database = engine === 'postgres' ? await freshDatabase() : undefined
    // Nothing is delivered, so what is sent waits for ever.
    api = await startTestApi({}, database && { databaseUrl: database.url })
    await api.call('POST /app', { body: { uid: 'shop', name: 'Shop' } })
  })
  afterAll(async () => {
    await api.stop()
    await database?.drop()
  })

  async function runOf(steps: object[], more: object = {}): Promise<Run> {
    const uid = `flow-${Math.random()}`
    const flow = { uid, name: 'F', trigger: { kind: 'job' }, steps, ...more }
    expect((await api.call('POST /app/shop/flow', { body: flow })).body['faults']).toEqual([])
    await api.call(`POST /app/shop/flow/${uid}/publish`)
    return (await api.call('POST /app/shop/run?wait=20', { body: { flow: uid } })).body as unknown as Run
  }

  const mark = (id: string) => ({ id, kind: 'set_meta', meta: { [id]: true } })
  const late = [{ status: 'TIMEOUT', do: { steps: [mark('late')] } }]
  const send = { id: 'send', kind: 'send_webhook', url: 'https://receiver.example/', totalTimeoutMs: 200 }

  test('ends a step that sends, whatever it waits for; `next` takes TIMEOUT, and what it sent is not tried any more', async () => {
    const run = await runOf([{ ...send, next: late }, mark('after')])
    expect(run).toMatchObject({ status: 'ok', meta: { late: true, after: true } })
    expect(run.steps[0]).toMatchObject({
      id: 'send',
      status: 'KO',
      code: 'timeout',
      durationMs: expect.toSatisfy((ms: number) => ms >= 200 && ms < 3000),
    })
    const { data } = (await api.call(`GET /app/shop/delivery?run_id=${run.id}`)).body as unknown as { data: { status: string }[] }
    expect(data).toMatchObject([{ status: 'cancelled' }])
    expect(await runOf([send])).toMatchObject({ status: 'ko', errorCode: 'timeout' })
  })

  test('ends a delay, and not one that is shorter', async () => {
    const steps = [
      { id: 'short', kind: 'delay', for: 0.1, timeoutMs: 60_000 },
      { id: 'long', kind: 'delay', for: 60, timeoutMs: 100, next: late },
    ]
    const run = await runOf(steps)
    expect(run).toMatchObject({ status: 'ok', meta: { late: true } })
    expect(run.steps.map(({ code }) => code)).toEqual([null, 'timeout', null])
  })

  test('ends a loop: its step that waits, and the items that were not begun', async () => {
    const inner = [{ id: 'wait', kind: 'delay', for: '{{ item }}' }, mark('waited')]
    const run = await runOf([{ id: 'each', kind: 'for_each', items: [0.05, 60, 0.05], timeoutMs: 2000, steps: inner, next: late }])
    expect(run).toMatchObject({ status: 'ok', meta: { late: true, waited: true } })
    expect(run.steps.filter(({ id }) => id === 'wait').map(({ code }) => code)).toEqual([null, 'timeout'])
    expect(run.steps.find(({ id }) => id === 'each')).toMatchObject({ status: 'KO', code: 'timeout' })
  })

  test('ends a run: the step that waits, then all that follows; `rescue` has its time', async () => {
    const rescue = [{ id: 'sorry', kind: 'delay', for: 0.1 }, mark('rescued')]
    const steps = [{ ...send, totalTimeoutMs: 60_000, next: [{ status: 'KO', do: 'continue' }] }, mark('after')]
    const run = await runOf(steps, { timeoutMs: 300, rescue })
    expect(run).toMatchObject({ status: 'ko', errorCode: 'timeout', meta: { rescued: true } })
    expect(run.durationMs).toBeLessThan(4000)
    const code = { id: 'spin', kind: 'transform', expression: '1' }
    expect(await runOf([code, mark('after')], { timeoutMs: 60_000 })).toMatchObject({ status: 'ok' })
  })
})
