import { prepareDeliveries } from './deliver.ts'
import { inTurns, relay } from './measure-limits.ts'
import { median } from './percentile.ts'
import { type Row, microseconds, ratios, whole } from './table.ts'
import type { Workbench } from './workbench.ts'

/** Messages a second from the API to settled, against the relay. */
export async function measureDelivery(bench: Workbench): Promise<Row> {
  const { round, accounts, p99s, costs } = await prepareDeliveries(bench, bench.product, { app: 'delivery', what: 'delivered' })
  const { product: delivered, limit } = await inTurns(bench.pace.rounds, { limit: () => relay(bench), product: round })
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
