import { accountFor } from './account.ts'
import { echo, inTurns } from './measure-limits.ts'
import { nodeRedInstall, startNodeRed, type NodeRed } from './node-red.ts'
import { median } from './percentile.ts'
import { tellThreads } from './processor.ts'
import { createApplication, createListener, finishedRuns, publishFlow } from './provision.ts'
import { type Row, microseconds, ratios, whole } from './table.ts'
import type { Workbench } from './workbench.ts'

/** The issue's: of bare `node:http`. The aim is 1.5 of Node-RED's share of it, which is about 0.21 and keeps nothing. */
const GOALS = { sqlite: 0.3, postgres: 0.22 } as const
const AIM = (1.5 * 7_900) / 37_000

/**
 * Requests a second that a flow of three steps answers with a mapped reply, durably; as long as bare `node:http` is asked, so that neither is
 * measured while it is compiled. Each reply must hold its own request's number, each run be kept as ok.
 */
export async function measureReply(bench: Workbench): Promise<Row[]> {
  await using nodeRed = await startNodeRed()
  const { product, pace } = bench
  await createApplication(product, 'reply')
  const path = await createListener(product, 'reply', { uid: 'flow', mode: 'flow' })
  const flow = await publishFlow(product, 'reply', 'flow')
  const answered: string[] = []
  const p99s: number[] = []
  const costs: number[] = []
  let threads = ''
  const reply = async () => {
    const order = { port: product.port, path, until: { ms: pace.runMs }, replyHasNumber: true, collect: 'runId' }
    const before = product.processorMs()
    const threadsBefore = product.threadsMs()
    const report = await bench.load(order)
    if (report.accepted.length !== report.sent)
      throw new Error(`${report.sent} asked, answered otherwise: ${JSON.stringify(report.others)}.`)
    answered.push(...report.collected)
    p99s.push(report.p99Ms)
    costs.push((product.processorMs() - before) / report.accepted.length)
    threads = tellThreads(threadsBefore, product.threadsMs(), report.accepted.length)
    return report.perSecond
  }
  // Without it, nothing is asked in its turn.
  const peer = async () => (nodeRed === undefined ? Number.NaN : replyOf(nodeRed, bench))
  const { product: replied, limit, peer: others } = await inTurns(pace.rounds, { limit: () => echo(bench), product: reply, peer })
  const found = await finishedRuns(product, 'reply', flow)
  const own: Row = {
    measure: 'request → 3-step flow → mapped reply, durable ÷ bare `node:http`',
    engine: bench.engine,
    values: ratios(replied, limit),
    unit: 'ratio',
    goal: GOALS[bench.engine],
    aim: AIM,
    higherIsBetter: true,
    behind: `${whole(median(replied))} ÷ ${whole(median(limit))} a second, p99 ${whole(median(p99s.slice(1)))} ms, ${microseconds(costs.slice(1))} (${threads})`,
    accounts: [accountFor('runs kept as ok', { accepted: answered, found })],
  }
  if (nodeRed === undefined) {
    console.log(`Node-RED is not installed, so it is not measured beside: ${nodeRedInstall}`)
    return [own]
  }
  const beside: Row = {
    ...own,
    measure: `the same ÷ Node-RED ${nodeRed.version}, which keeps nothing`,
    values: ratios(replied, others),
    goal: 0.7,
    aim: 1.5,
    behind: `${whole(median(replied))} ÷ ${whole(median(others))} a second; Node-RED is ${(median(others) / median(limit)).toFixed(2)} of bare \`node:http\``,
    accounts: [],
  }
  return [own, beside]
}

/** Every answer must hold its own request's number, as ours must. */
async function replyOf({ port, path }: NodeRed, bench: Workbench): Promise<number> {
  const report = await bench.load({ port, path, until: { ms: bench.pace.runMs }, replyHasNumber: true })
  if (report.accepted.length !== report.sent) throw new Error(`Node-RED answered otherwise: ${JSON.stringify(report.others)}.`)
  return report.perSecond
}
