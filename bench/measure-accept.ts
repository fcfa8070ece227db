import { accountFor } from './account.ts'
import { echo, inTurns } from './measure-limits.ts'
import { median } from './percentile.ts'
import { createApplication, createListener, requestIds } from './provision.ts'
import { type Row, microseconds, ratios, whole } from './table.ts'
import type { Workbench } from './workbench.ts'

/** Durable 202s a second of a listener, against bare `node:http`. Each acknowledged request must be found in the listener's log. */
export async function measureAccept(bench: Workbench): Promise<Row> {
  const { product, pace } = bench
  await createApplication(product, 'accept')
  const path = await createListener(product, 'accept', { uid: 'inbox', mode: 'at_once' })
  const acknowledged: string[] = []
  const p99s: number[] = []
  const costs: number[] = []
  const accept = async () => {
    const before = product.processorMs()
    const report = await bench.load({ port: product.port, path, until: { ms: pace.runMs }, collect: 'requestId' })
    acknowledged.push(...report.collected)
    p99s.push(report.p99Ms)
    costs.push((product.processorMs() - before) / report.accepted.length)
    return report.perSecond
  }
  const { product: accepted, limit } = await inTurns(pace.rounds, { limit: () => echo(bench), product: accept })
  const found = await requestIds(product, 'accept', 'inbox')
  return {
    measure: 'accept: durable 202s a second ÷ bare `node:http`',
    engine: bench.engine,
    values: ratios(accepted, limit),
    unit: 'ratio',
    goal: 0.35,
    aim: 0.6,
    higherIsBetter: true,
    behind: `${whole(median(accepted))} ÷ ${whole(median(limit))} a second, p99 ${median(p99s).toFixed(0)} ms, ${microseconds(costs)}`,
    accounts: [accountFor('requests in the log', { accepted: acknowledged, found })],
  }
}
