import { prepareDeliveries } from './deliver.ts'
import { inTurns, relay } from './measure-limits.ts'
import { median } from './percentile.ts'
import { type Row, ratios, whole } from './table.ts'
import type { Workbench } from './workbench.ts'

/** What a disk costs that takes so much longer for each sync of the embedded store. */
const addedMs = [2, 20] as const

export async function measureSlowDisk(bench: Workbench): Promise<Row[]> {
  if (bench.engine !== 'sqlite') return []
  const rows: Row[] = []
  for (const ms of addedMs) {
    const product = await bench.startProduct({ settings: { POSTHORN_FAILPOINT: `store.applied=${ms}` } })
    try {
      const until = { ms: bench.pace.runMs }
      const { round, accounts, p99s } = await prepareDeliveries(bench, product, { app: `slow-${ms}`, what: `with ${ms} ms`, until })
      const { slow, raw } = await inTurns(Math.min(bench.pace.rounds, 3), { raw: () => relay(bench, 'raw'), slow: round })
      rows.push({
        measure: `message in → delivered → settled with ${ms} ms more for each sync ÷ the raw relay`,
        engine: bench.engine,
        values: ratios(slow, raw),
        unit: 'ratio',
        goal: ms === 2 ? 0.2 : 0.05,
        aim: ms === 2 ? 0.3 : 0.1,
        higherIsBetter: true,
        behind: `${whole(median(slow))} ÷ ${whole(median(raw))} a second, p99 to arrival ${whole(median(p99s))} ms`,
        accounts,
      })
    } finally {
      await product.stop()
    }
  }
  return rows
}
