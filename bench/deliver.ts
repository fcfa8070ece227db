import { type Account, accountFor } from './account.ts'
import type { LoadOrder } from './load.ts'
import { payload } from './message.ts'
import { tellThreads } from './processor.ts'
import type { Product } from './product.ts'
import { createApplication, createEndpoint, createEventType, messageBody, messagePath, settled } from './provision.ts'
import type { Workbench } from './workbench.ts'

/** Rounds of messages that are counted until they are settled, and what became of each. */
export interface Deliveries {
  /** One round, the first to warm up. Messages a second from the API to settled. */
  round(): Promise<number>
  readonly accounts: readonly Account[]
  /** From the sending of a message to its arrival, of each round. */
  readonly p99s: readonly number[]
  readonly p50s: readonly number[]
  /** Messages a second that were answered with a 2xx, of each round. */
  readonly acceptances: readonly number[]
  /** Processor milliseconds of the program for a message, of each round. */
  readonly costs: readonly number[]
  /** What each thread was busy with in each round. */
  readonly threads: readonly string[]
}

/** Makes an application with one healthy endpoint. Each message that is accepted must arrive, and be settled as delivered. */
export async function prepareDeliveries(
  bench: Workbench,
  product: Product,
  { app, what, until = { requests: bench.pace.messages } }: { app: string; what: string; until?: LoadOrder['until'] },
): Promise<Deliveries> {
  const { receiver } = bench
  const eventType = `bench.${app}`
  await createApplication(product, app)
  await createEventType(product, eventType)
  await createEndpoint(product, app, { uid: 'target', url: `${bench.receiverUrl}/ok`, eventType })
  const accounts: Account[] = []
  const p99s: number[] = []
  const p50s: number[] = []
  const acceptances: number[] = []
  const costs: number[] = []
  const threads: string[] = []
  const body = messageBody(eventType, payload())
  const order = { port: product.port, path: messagePath(app), headers: product.headers, body, until }

  const round = async () => {
    await receiver.ask({ kind: 'begin' })
    const before = product.processorMs()
    const threadsBefore = product.threadsMs()
    const since = Date.now()
    const { accepted, unaccepted, startedAt, perSecond } = await bench.load(order)
    await receiver.ask({ kind: 'arrived', numbers: accepted.length, quietMs: 30_000 })
    const delivered = await settled(product, app, { endpoint: 'target', since, delivered: accepted.length })
    const ms = performance.timeOrigin + performance.now() - startedAt
    const { numbers: found, repeated, p50Ms, p99Ms } = await receiver.ask({ kind: 'report' })
    const which = accounts.length === 0 ? 'warming up' : `round ${accounts.length}`
    accounts.push(accountFor(`${what}, ${which}`, { accepted, unaccepted, found, repeated }))
    if (delivered !== accepted.length) throw new Error(`${accepted.length} accepted, ${delivered} settled as delivered.`)
    p99s.push(p99Ms)
    p50s.push(p50Ms)
    acceptances.push(perSecond)
    threads.push(tellThreads(threadsBefore, product.threadsMs(), accepted.length))
    costs.push((product.processorMs() - before) / accepted.length)
    return (accepted.length / ms) * 1000
  }
  return { round, accounts, p99s, p50s, acceptances, costs, threads }
}
