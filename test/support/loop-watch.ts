import { once } from 'node:events'
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

/** From when to when, by the machine's monotonic clock, and the processor time that the event loop used meanwhile. */
export interface Wait {
  readonly from: number
  readonly to: number
  readonly used: number
}

export interface Waits {
  readonly all: readonly Wait[]

  readonly p99: number
  readonly slowest: number
  /** The processor time that the event loop used while a caller waited, over all its turns: what the program owes it, whatever else the machine has to do. */
  readonly usedP99: number
}

/** The machine's monotonic clock, by which waits are told. */
export const nowMs = (): number => Number(process.hrtime.bigint()) / 1e6

/** Starts the program with a probe in it. */
export async function createLoopWatch(product: Product): Promise<LoopWatch> {
  const probe = new URL('./loop-probe.mjs', import.meta.url).href
  await product.start({ NODE_OPTIONS: `--import ${probe}`, LOOP_PROBE: 'on' })
  const port = /loop probe on (\d+)/.exec(product.log())?.[1]
  if (port === undefined) throw new Error(`The probe did not start:\n${product.log().slice(-2000)}`)
  const probed = `http://127.0.0.1:${port}/`
  return {
    async longestTurnMs() {
      return Number(await (await fetch(probed)).text())
    },
    async calling(url, work) {
      // A thread of its own: what the test does meanwhile must not count.
      const caller = new Worker(fileURLToPath(new URL('./steady-caller.mjs', import.meta.url)), { workerData: { url } })
      // Of a thread that is still starting nobody would be called.
      await once(caller, 'message')
      const said = new Promise<{ waits: (readonly [from: number, to: number])[]; refusals: (number | string)[] }>((resolve, reject) =>
        caller.once('message', resolve).once('error', reject),
      )
      try {
        await work()
        caller.postMessage('stop')
        const { waits, refusals } = await said
        if (refusals.length > 0 || waits.length === 0)
          throw new Error(`Of ${waits.length + refusals.length} calls not answered with 202: ${refusals.join(', ')}`)
        const used = (await (await fetch(probed, { method: 'POST', body: JSON.stringify(waits) })).json()) as number[]
        const took = waits.map(([from, to]) => to - from)
        const all = waits.map(([from, to], index) => ({ from, to, used: used[index]! }))
        return { all, p99: percentile(took, 0.99), slowest: Math.max(...took), usedP99: usedP99(all) }
      } finally {
        await caller.terminate()
      }
    },
  }
}

export function usedP99(waits: readonly Wait[]): number {
  return percentile(
    waits.map(({ used }) => used),
    0.99,
  )
}

function percentile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[Math.floor(sorted.length * part)] ?? Number.NaN
}
