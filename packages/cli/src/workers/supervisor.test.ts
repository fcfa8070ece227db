import cluster, { type Worker } from 'node:cluster'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { Supervisor } from './supervisor.ts'

const folder = mkdtempSync(join(tmpdir(), 'posthorn-supervisor-'))
const program = join(folder, 'worker.mjs')
/** Serves when it is told so by a signal, and until then is one that starts. */
writeFileSync(
  program,
  `process.on('SIGUSR2', () => process.send({ kind: 'ready', welcome: 'hello' }))
  process.on('message', ({ kind }) => kind === 'stop' && process.exit(0))
  process.send({ kind: 'here' })`,
)
afterAll(() => rmSync(folder, { recursive: true }))

/** What the supervisor has put off. */
interface Later {
  readonly delayMs: number
  readonly fire: () => void
}

test('a worker that ends is replaced at once; one that ends early again and again later each time, until one was steady', async () => {
  const later: Later[] = []
  const forked: Worker[] = []
  const onFork = (worker: Worker) => void forked.push(worker)
  cluster.on('fork', onFork)
  const log = { info() {}, warn() {}, error() {} }
  const after = (delayMs: number, fire: () => void) => void later.push({ delayMs, fire })
  const supervisor = new Supervisor({ workers: 1, argv: ['node', program], log, onWelcome() {}, after })
  const run = supervisor.run()
  /** The next process, once it is there. */
  const next = async (): Promise<Worker> => {
    if (forked.length === 0) await once(cluster, 'fork')
    const worker = forked.shift()!
    await once(worker, 'message')
    return worker
  }
  const serves = async (worker: Worker): Promise<Later> => {
    worker.process.kill('SIGUSR2')
    await once(worker, 'message')
    return later.shift()!
  }
  const ends = async (worker: Worker): Promise<void> => {
    worker.process.kill('SIGKILL')
    await once(worker, 'exit')
  }
  try {
    let worker = await next()
    await serves(worker)
    // Once: at once, whether it was steady or not.
    await ends(worker)
    expect(later).toEqual([])
    worker = await next()
    const waits: number[] = []
    for (let i = 0; i < 8; i++) {
      // Some while they start, some as soon as they serve.
      if (i % 2 === 0) await serves(worker)
      await ends(worker)
      expect(forked).toEqual([])
      const { delayMs, fire } = later.shift()!
      waits.push(delayMs)
      fire()
      worker = await next()
    }
    expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000])
    const steady = await serves(worker)
    expect(steady.delayMs).toBe(10_000)
    steady.fire()
    await ends(worker)
    expect(later).toEqual([])
    worker = await next()
    await serves(worker)
    supervisor.stop()
    expect(await run).toBe(0)
  } finally {
    supervisor.cut(1)
    cluster.off('fork', onFork)
  }
})
