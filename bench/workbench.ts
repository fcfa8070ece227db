import { startChild, type Child } from './child.ts'
import type { LimitAnswer } from './limit.ts'
import type { LoadOrder, LoadReport } from './load.ts'
import { payload } from './message.ts'
import { numbersOfOneLoad } from './number-set.ts'
import { processorMs } from './processor.ts'
import { startProduct, type Product, type ProductOptions } from './product.ts'
import type { ReceiverOrder, ReceiverReport } from './receiver.ts'

/** What every measure works with: the processes, and how long to take. */
export interface Workbench {
  readonly engine: 'sqlite' | 'postgres'
  readonly product: Product
  readonly receiver: Child<ReceiverOrder, ReceiverReport>
  readonly receiverUrl: string
  readonly limitPort: number
  readonly pace: Pace
  /** Sends `order` with numbers that no other load uses. */
  load(order: LoadOptions): Promise<LoadReport>
  /** How much of a core load and receiver took beside each load so far. */
  readonly harness: HarnessShares
  /** A further, separate program. */
  startProduct(options?: Pick<ProductOptions, 'root' | 'settings'>): Promise<Product>
}

/** Of a load of the product, and of one of the limit, which is meant to be as fast as the machine lets it. */
export interface HarnessShares {
  readonly product: readonly number[]
  readonly limit: readonly number[]
}

type Defaulted = 'body' | 'connections' | 'first'
type LoadOptions = Omit<LoadOrder, Defaulted> & Partial<Pick<LoadOrder, Defaulted>>

export interface Pace {
  readonly rounds: number
  /** Messages of a run that is counted until drained. */
  readonly messages: number
  /** Length of a run that lasts a time. */
  readonly runMs: number
  /** Of one that is to show what a queue grows to. */
  readonly saturationMs: number
  readonly isolationMs: number
  /** Messages that wait for an endpoint which is down. */
  readonly backlog: number
  /** How much a store holds: deliveries that wait for a retry, and attempts in all. */
  readonly volume: { readonly waiting: number; readonly attempts: number }
  /** Longer than the program looks on before it gives back what loading left (`platform/young-garbage.ts`). */
  readonly idleMs: number
}

export const fullPace: Pace = {
  ...{ rounds: 5, messages: 15_000, runMs: 3_000, saturationMs: 8_000, isolationMs: 15_000, backlog: 100_000, idleMs: 10_000 },
  volume: { waiting: 1_000_000, attempts: 10_000_000 },
}
export const quickPace: Pace = {
  ...{ rounds: 2, messages: 3_000, runMs: 1_000, saturationMs: 2_000, isolationMs: 5_000, backlog: 5_000, idleMs: 8_000 },
  volume: { waiting: 10_000, attempts: 100_000 },
}

const connections = 64

export interface WorkbenchOptions {
  readonly engine: Workbench['engine']
  readonly pace: Pace
  /** Of every program that is started. */
  readonly settings?: ProductOptions['settings']
  /** A new, empty database; undefined for the embedded store. */
  freshDatabase(): Promise<string | undefined>
}

/** Starts everything, hands it to `work`, and stops everything whatever happens. */
export async function withWorkbench<T>(options: WorkbenchOptions, work: (bench: Workbench) => Promise<T>): Promise<T> {
  await using stack = new AsyncDisposableStack()
  const receiver = stack.adopt(startChild<ReceiverOrder, ReceiverReport>('./receiver.ts'), (child) => child.stop())
  const { port: receiverPort } = await receiver.ask({ kind: 'port' })
  const limit = stack.adopt(startChild<null, LimitAnswer>('./limit.ts', [String(receiverPort)]), (child) => child.stop())
  const loader = stack.adopt(startChild<LoadOrder, LoadReport>('./load.ts'), (child) => child.stop())
  const { port: limitPort } = await limit.ask(null)
  const begin: Workbench['startProduct'] = async (further) =>
    startProduct({ databaseUrl: await options.freshDatabase(), ...further, settings: { ...options.settings, ...further?.settings } })
  const product = stack.adopt(await begin(), (one) => one.stop())
  const harness = { product: [] as number[], limit: [] as number[] }
  const spentMs = () => processorMs(receiver.pid) + processorMs(loader.pid)
  let loads = 0
  const load: Workbench['load'] = async (order) => {
    const before = spentMs()
    const report = await loader.ask({ body: payload(), connections, first: ++loads * numbersOfOneLoad, ...order })
    harness[order.port === limitPort ? 'limit' : 'product'].push((spentMs() - before) / report.ms)
    return report
  }
  return await work({
    engine: options.engine,
    pace: options.pace,
    product,
    receiver,
    receiverUrl: `http://127.0.0.1:${receiverPort}`,
    limitPort,
    startProduct: begin,
    load,
    harness,
  })
}
