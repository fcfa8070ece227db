import { accountFor } from './account.ts'
import { echo, inTurns, relay } from './measure-limits.ts'
import { median } from './percentile.ts'
import { tellThreads } from './processor.ts'
import { createApplication, createListener, requestIds } from './provision.ts'
import { type Row, microseconds, ratios, whole } from './table.ts'
import type { Workbench } from './workbench.ts'

/** Durable 202s a second of a listener, against bare `node:http` and the raw relay. Each acknowledged request must be found in the listener's log. */
export async function measureAccept(bench: Workbench): Promise<Row[]> {
  const { product, pace } = bench
  await createApplication(product, 'accept')
  const path = await createListener(product, 'accept', { uid: 'inbox', mode: 'at_once' })
  const acknowledged: string[] = []
  const p99s: number[] = []
  const costs: number[] = []
  let threads = ''
  const accept = async () => {
    const before = product.processorMs()
    const threadsBefore = product.threadsMs()
    const report = await bench.load({ port: product.port, path, until: { ms: pace.runMs }, collect: 'requestId' })
    acknowledged.push(...report.collected)
    p99s.push(report.p99Ms)
    costs.push((product.processorMs() - before) / report.accepted.length)
    threads = tellThreads(threadsBefore, product.threadsMs(), report.accepted.length)
    return report.perSecond
  }
  const runs = { limit: () => echo(bench), raw: () => relay(bench, 'raw'), product: accept }
  const { product: accepted, limit, raw } = await inTurns(pace.rounds, runs)
  const found = await requestIds(product, 'accept', 'inbox')
  const common = { engine: bench.engine, unit: 'ratio', higherIsBetter: true } as const
  const cost = `p99 ${median(p99s.slice(1)).toFixed(0)} ms, ${microseconds(costs.slice(1))} (${threads})`
  return [
    {
      ...common,
      measure: 'accept: durable 202s a second ÷ bare `node:http`',
      values: ratios(accepted, limit),
      goal: 0.35,
      aim: 0.6,
      behind: `${whole(median(accepted))} ÷ ${whole(median(limit))} a second, ${cost}`,
      accounts: [accountFor('requests in the log', { accepted: acknowledged, found })],
    },
    {
      ...common,
      measure: 'accept: durable 202s a second ÷ the raw relay',
      values: ratios(accepted, raw),
      goal: 0.35,
      aim: 0.45,
      behind: `${whole(median(accepted))} ÷ ${whole(median(raw))} a second`,
      accounts: [],
    },
  ]
}
