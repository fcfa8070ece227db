import { type Account, accountFor } from './account.ts'
import { payload } from './message.ts'
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
  /** Processor milliseconds of the program for a message, of each round. */
  readonly costs: readonly number[]
}

/** Makes an application with one healthy endpoint. Each message that is accepted must arrive, and be settled as delivered. */
export async function prepareDeliveries(
  bench: Workbench,
  product: Product,
  { app, what }: { app: string; what: string },
): Promise<Deliveries> {
  const { receiver, pace } = bench
  const eventType = `bench.${app}`
  await createApplication(product, app)
  await createEventType(product, eventType)
  await createEndpoint(product, app, { uid: 'target', url: `${bench.receiverUrl}/ok`, eventType })
  const accounts: Account[] = []
  const p99s: number[] = []
  const costs: number[] = []
  const body = messageBody(eventType, payload())
  const order = { port: product.port, path: messagePath(app), headers: product.headers, body, until: { requests: pace.messages } }

  const round = async () => {
    await receiver.ask({ kind: 'begin' })
    const before = product.processorMs()
    const since = Date.now()
    const { accepted, unaccepted, startedAt } = await bench.load(order)
    await receiver.ask({ kind: 'arrived', numbers: accepted.length, quietMs: 30_000 })
    const delivered = await settled(product, app, { endpoint: 'target', since, delivered: accepted.length })
    const ms = performance.timeOrigin + performance.now() - startedAt
    const { numbers: found, repeated, p99Ms } = await receiver.ask({ kind: 'report' })
    const which = accounts.length === 0 ? 'warming up' : `round ${accounts.length}`
    accounts.push(accountFor(`${what}, ${which}`, { accepted, unaccepted, found, repeated }))
    if (delivered !== accepted.length) throw new Error(`${accepted.length} accepted, ${delivered} settled as delivered.`)
    p99s.push(p99Ms)
    costs.push((product.processorMs() - before) / accepted.length)
    return (accepted.length / ms) * 1000
  }
  return { round, accounts, p99s, costs }
}
