import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { freshDatabase } from '../support/postgres.ts'
import { createProduct, type Product } from '../support/product.ts'
import { startRecordingReceiver, type RecordingReceiver } from '../support/recording-receiver.ts'

/** Each kind that waits or is computed elsewhere, also inside a loop; meta tells afterwards what each saw. */
const definition = (url: string) => ({
  uid: 'all',
  name: 'All that waits',
  trigger: { kind: 'job' },
  steps: [
    { id: 'order', kind: 'validate', schema: { required: ['lines'] } },
    { id: 'soon', kind: 'delay', for: 0.2 },
    { id: 'ask', kind: 'http_request', method: 'PUT', url: `${url}/ask`, body: { key: '{{ run.key }}' } },
    {
      id: 'lines',
      kind: 'for_each',
      items: '{{ body.lines }}',
      steps: [
        { id: 'wait', kind: 'delay', for: 0.1 },
        { id: 'tell', kind: 'http_request', method: 'POST', url: `${url}/line`, body: { key: '{{ run.key }}', item: '{{ item }}' } },
        { id: 'twice', kind: 'code', source: 'return item * 2' },
      ],
    },
    { id: 'keep', kind: 'save_entry', key: '{{ run.key }}', document: { asked: '{{ steps.ask.output.status }}' } },
    { id: 'kept', kind: 'load_entry', entry: '{{ run.key }}' },
    {
      id: 'end',
      kind: 'set_meta',
      meta: {
        kept: '{{ steps.kept.output.version }}',
        asked: '{{ steps.ask.output.status }}',
        lines: '{{ steps.lines.output | map: "output" }}',
      },
    },
  ],
})

interface Run {
  readonly id: string
  readonly status: string
  readonly meta: object
}

/** A job with the same key and content is the same job, so whoever heard nothing calls again. */
async function startAndDie(product: Product, key: string): Promise<string> {
  const died = product.ended
  const call = async () => (await product.api<Run>('POST', '/app/default/run', { flow: 'all', key, document: { lines: [1, 2] } })).id
  const id = await call().catch(() => undefined)
  await died
  await product.start()
  return id ?? call()
}

async function ended(product: Product, id: string): Promise<Run> {
  for (;;) {
    const run = await product.api<Run>('GET', `/app/default/run/${id}`).catch(() => undefined)
    if (run !== undefined && !['queued', 'running', 'waiting'].includes(run.status)) return run
    await pause(50)
  }
}

async function killedAt(product: Product, receiver: RecordingReceiver, failpoint: string): Promise<void> {
  await product.stop()
  await product.start({ POSTHORN_FAILPOINT: failpoint })
  const id = await startAndDie(product, failpoint)
  expect(await ended(product, id), failpoint).toMatchObject({ status: 'ok', meta: { kept: 1, asked: 200, lines: [2, 4] } })
  const sent = receiver.received.filter(({ body }) => body.includes(failpoint))
  const keys = new Map<string, Set<unknown>>()
  for (const { path, body, headers } of sent) {
    const step = `${path} ${body.toString()}`
    keys.set(step, (keys.get(step) ?? new Set()).add(headers['idempotency-key']))
  }
  // Each at least once, and under one key however often.
  expect(
    [...keys.values()].map(({ size }) => size),
    failpoint,
  ).toEqual([1, 1, 1])
}

/** How many deaths it outlived. */
async function atEach(failpoints: readonly string[], databaseUrl?: string): Promise<number> {
  await using receiver = await startRecordingReceiver(() => ({ status: 200, body: '{"ok":true}' }))
  const product = await createProduct({ databaseUrl })
  try {
    await product.start()
    await product.api('POST', '/app/default/flow', definition(receiver.url))
    await product.api('POST', '/app/default/flow/all/publish')
    for (const failpoint of failpoints) await killedAt(product, receiver, failpoint)
    return failpoints.length
  } finally {
    await product.remove()
  }
}

/** The other places between awaits are the storms' (`test/chaos`): these are those where a step of this flow waits, or has just woken. */
const onSqlite = [
  ...['accept.after_commit:1', 'run.before_commit:2', 'flows.after_commit:4', 'flows.after_wake:1'],
  ...['flows.after_wake:2', 'delivery.after_send:1', 'settle.after_commit:2', 'run.after_commit:6'],
  ...['silo.before_save:1', 'silo.after_save:1'],
]
const onPostgres = ['flows.after_wake:1', 'delivery.after_send:2', 'run.after_commit:6', 'silo.after_save:1']

const timeout = 600_000

// Each mostly waits: for what the dead process had begun, or for it to be called dead.
test.concurrent('a flow of steps that wait ends as it would have, wherever the process is killed: SQLite', { timeout }, async () => {
  expect(await atEach(onSqlite)).toBe(onSqlite.length)
})

test.concurrent('a flow of steps that wait ends as it would have, wherever the process is killed: PostgreSQL', { timeout }, async () => {
  const database = await freshDatabase()
  try {
    expect(await atEach(onPostgres, database.url)).toBe(onPostgres.length)
  } finally {
    await database.drop()
  }
})
