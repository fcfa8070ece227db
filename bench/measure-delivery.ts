import { type Account, accountFor } from './account.ts'
import { inTurns, relay } from './measure-limits.ts'
import { payload } from './message.ts'
import { median } from './percentile.ts'
import { createApplication, createEndpoint, createEventType, messageBody, messagePath, settled } from './provision.ts'
import { type Row, microseconds, ratios, whole } from './table.ts'
import type { Workbench } from './workbench.ts'

/** Messages a second from the API to settled, against the relay. Each accepted message must have arrived, and be settled as delivered. */
export async function measureDelivery(bench: Workbench): Promise<Row> {
  const { product, receiver, pace } = bench
  await createApplication(product, 'delivery')
  await createEventType(product, 'bench.sent')
  await createEndpoint(product, 'delivery', { uid: 'target', url: `${bench.receiverUrl}/ok`, eventType: 'bench.sent' })
  const accounts: Account[] = []
  const p99s: number[] = []
  const costs: number[] = []
  let settledBefore = 0
  const body = messageBody('bench.sent', payload())
  const order = { port: product.port, path: messagePath('delivery'), headers: product.headers, body, until: { requests: pace.messages } }

  const deliver = async () => {
    await receiver.ask({ kind: 'begin' })
    const before = product.processorMs()
    const sent = await bench.load(order)
    await receiver.ask({ kind: 'arrived', numbers: sent.accepted.length, quietMs: 30_000 })
    const settledNow = await settled(product, 'delivery', { endpoint: 'target', delivered: settledBefore + sent.accepted.length })
    const ms = performance.timeOrigin + performance.now() - sent.startedAt
    const arrived = await receiver.ask({ kind: 'report' })
    const round = accounts.length === 0 ? 'warming up' : `round ${accounts.length}`
    accounts.push(
      accountFor(`delivered, ${round}`, {
        accepted: sent.accepted,
        unaccepted: sent.unaccepted,
        found: arrived.numbers,
        repeated: arrived.repeated,
      }),
    )
    if (settledNow - settledBefore !== sent.accepted.length)
      throw new Error(`${sent.accepted.length} accepted, ${settledNow - settledBefore} settled as delivered.`)
    settledBefore = settledNow
    p99s.push(arrived.p99Ms)
    costs.push((product.processorMs() - before) / sent.accepted.length)
    return (sent.accepted.length / ms) * 1000
  }

  const { product: delivered, limit } = await inTurns(pace.rounds, { limit: () => relay(bench), product: deliver })
  return {
    measure: 'message in → delivered → settled ÷ the limit',
    engine: bench.engine,
    values: ratios(delivered, limit),
    unit: 'ratio',
    goal: 0.3,
    aim: 0.6,
    higherIsBetter: true,
    behind: `${whole(median(delivered))} ÷ ${whole(median(limit))} a second, p99 to arrival ${whole(median(p99s))} ms under full load, ${microseconds(costs)}`,
    accounts,
  }
}
