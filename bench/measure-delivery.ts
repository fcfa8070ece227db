import { prepareDeliveries } from './deliver.ts'
import { inTurns, relay } from './measure-limits.ts'
import { median } from './percentile.ts'
import { type Row, microseconds, ratios, whole } from './table.ts'
import type { Workbench } from './workbench.ts'

/**
 * Messages a second from the API to settled, against both relays, while all connections send as fast as they are answered; and how long a
 * message then takes to arrive, which tells whether deliveries keep up with acceptance.
 */
export async function measureDelivery(bench: Workbench): Promise<Row[]> {
  const until = { ms: bench.pace.saturationMs }
  const deliveries = await prepareDeliveries(bench, bench.product, { app: 'delivery', what: 'delivered', until })
  const { round, accounts, p99s, p50s, acceptances, costs, threads } = deliveries
  const runs = { raw: () => relay(bench, 'raw'), undici: () => relay(bench, 'undici'), product: round }
  const { product: delivered, raw, undici } = await inTurns(bench.pace.rounds, runs)
  const a = (perSecond: readonly number[]) => whole(median(perSecond))
  const cost = `${microseconds(costs.slice(1))} (${threads.at(-1)})`
  const common = { engine: bench.engine, accounts: [] }
  const throughput = { ...common, unit: 'ratio', higherIsBetter: true } as const
  return [
    {
      ...throughput,
      measure: 'message in → delivered → settled ÷ the raw relay',
      values: ratios(delivered, raw),
      goal: 0.3,
      aim: 0.36,
      behind: `${a(delivered)} ÷ ${a(raw)} a second, accepted ${a(acceptances.slice(1))}; ${cost}`,
      accounts,
    },
    {
      ...throughput,
      measure: 'message in → delivered → settled ÷ the undici relay',
      values: ratios(delivered, undici),
      goal: 0.3,
      aim: 0.6,
      behind: `${a(delivered)} ÷ ${a(undici)} a second`,
    },
    {
      ...common,
      measure: 'p99 from sending to arrival under full load',
      values: p99s.slice(1),
      unit: 'ms',
      higherIsBetter: false,
      goal: 250,
      aim: 100,
      behind: `${until.ms / 1000} s of full load, p50 ${whole(median(p50s.slice(1)))} ms`,
    },
  ]
}
