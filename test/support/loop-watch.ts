import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { Product } from './product.ts'

/** Looks at how long a program's event loop is held, from inside, and from where its callers stand. */
export interface LoopWatch {
  /** Processor time of the longest turn since it was asked before. */
  longestTurnMs(): Promise<number>
  /** Calls an address 20 times a second while `work` is under way: how long its callers waited. Rejects if one was not answered with 202. */
  calling(url: string, work: () => Promise<void>): Promise<Waits>
}

export interface Waits {
  readonly p99: number
  readonly slowest: number
}

/** Starts the program with a probe in it. */
export async function createLoopWatch(product: Product): Promise<LoopWatch> {
  const probe = new URL('./loop-probe.mjs', import.meta.url).href
  await product.start({ NODE_OPTIONS: `--import ${probe}`, LOOP_PROBE: 'on' })
  const port = /loop probe on (\d+)/.exec(product.log())?.[1]
  if (port === undefined) throw new Error(`The probe did not start:\n${product.log().slice(-2000)}`)
  return {
    async longestTurnMs() {
      return Number(await (await fetch(`http://127.0.0.1:${port}/`)).text())
    },
    async calling(url, work) {
      // A thread of its own: what the test does meanwhile must not count.
      const caller = new Worker(fileURLToPath(new URL('./steady-caller.mjs', import.meta.url)), { workerData: { url } })
      const told = new Promise<{ waits: number[]; refusals: (number | string)[] }>((resolve, reject) =>
        caller.once('message', resolve).once('error', reject),
      )
      try {
        await work()
        caller.postMessage('stop')
        const { waits, refusals } = await told
        if (refusals.length > 0 || waits.length === 0)
          throw new Error(`Of ${waits.length + refusals.length} calls not answered with 202: ${refusals.join(', ')}`)
        const sorted = waits.toSorted((one, other) => one - other)
        return { p99: sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN, slowest: sorted.at(-1) ?? Number.NaN }
      } finally {
        await caller.terminate()
      }
    },
  }
}
