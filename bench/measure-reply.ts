import { accountFor } from './account.ts'
import { echo, inTurns } from './measure-limits.ts'
import { median } from './percentile.ts'
import { createApplication, createListener, finishedRuns, publishFlow } from './provision.ts'
import { type Row, microseconds, ratios, whole } from './table.ts'
import type { Workbench } from './workbench.ts'

/**
 * The budget is 0.7 of Node-RED's figure for such a flow (1.5 as the aim): about 7,900 a second, not durable, where bare `node:http` answers
 * about 37,000. Node-RED is not in this run, so the echo stands for the machine.
 */
const NODE_RED_SHARE = 7_900 / 37_000

/** Requests a second that a flow of three steps answers with a mapped reply, durably. Each reply must hold its own request's number, each run be kept as ok. */
export async function measureReply(bench: Workbench): Promise<Row> {
  const { product, pace } = bench
  await createApplication(product, 'reply')
  const path = await createListener(product, 'reply', { uid: 'flow', mode: 'flow' })
  const flow = await publishFlow(product, 'reply', 'flow')
  const answered: string[] = []
  const p99s: number[] = []
  const costs: number[] = []
  const reply = async () => {
    const order = { port: product.port, path, until: { requests: pace.messages }, replyHasNumber: true, collect: 'runId' }
    const before = product.processorMs()
    const report = await bench.load(order)
    if (report.accepted.length !== report.sent)
      throw new Error(`${report.sent} asked, answered otherwise: ${JSON.stringify(report.others)}.`)
    answered.push(...report.collected)
    p99s.push(report.p99Ms)
    costs.push((product.processorMs() - before) / report.accepted.length)
    return report.perSecond
  }
  const { product: replied, limit } = await inTurns(pace.rounds, { limit: () => echo(bench), product: reply })
  const found = await finishedRuns(product, 'reply', flow)
  return {
    measure: 'request → 3-step flow → mapped reply, durable ÷ bare `node:http`',
    engine: bench.engine,
    values: ratios(replied, limit),
    unit: 'ratio',
    goal: 0.7 * NODE_RED_SHARE,
    aim: 1.5 * NODE_RED_SHARE,
    higherIsBetter: true,
    behind: `${whole(median(replied))} ÷ ${whole(median(limit))} a second, p99 ${whole(median(p99s))} ms, ${microseconds(costs)}`,
    accounts: [accountFor('runs kept as ok', { accepted: answered, found })],
  }
}
