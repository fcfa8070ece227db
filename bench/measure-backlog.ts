import { accountFor } from './account.ts'
import { payload } from './message.ts'
import { createApplication, createEndpoint, createEventType, messageBody, messagePath } from './provision.ts'
import { switchMs } from './switch.ts'
import { type Row, whole } from './table.ts'
import type { Workbench } from './workbench.ts'

/** Attempts that one lane may have under way: what the program says of itself, and the receiver checks here. */
const inFlightMax = 32

/**
 * An endpoint that was down while messages were sent to it comes up: how long until all have arrived, against the best that its cap on
 * attempts under way allows. While it is down its circuit lets a probe through every 30 s, and the rest waits.
 */
export async function measureBacklog(bench: Workbench): Promise<Row> {
  const { product, receiver, pace } = bench
  await createApplication(product, 'backlog')
  await createEventType(product, 'bench.waited')
  await createEndpoint(product, 'backlog', { uid: 'down', url: `${bench.receiverUrl}/switch`, eventType: 'bench.waited' })
  await receiver.ask({ kind: 'begin' })
  await receiver.ask({ kind: 'switch', on: false })
  const body = messageBody('bench.waited', payload())
  const target = { port: product.port, path: messagePath('backlog'), headers: product.headers, body }
  const sent = await bench.load({ ...target, until: { requests: pace.backlog } })
  await receiver.ask({ kind: 'switch', on: true })
  await receiver.ask({ kind: 'arrived', numbers: sent.accepted.length, quietMs: 90_000 })
  const arrived = await receiver.ask({ kind: 'report' })
  if (arrived.underWayMax > inFlightMax) throw new Error(`${arrived.underWayMax} attempts were under way at once.`)
  const ms = arrived.lastAt - arrived.firstAnswerAt
  const bestMs = (sent.accepted.length * switchMs) / inFlightMax
  const { accepted, unaccepted } = sent
  return {
    measure: 'a backlog drained once its endpoint is up ÷ the best its cap allows',
    engine: bench.engine,
    values: [ms / bestMs],
    unit: 'ratio',
    goal: 1.3,
    aim: 1.1,
    higherIsBetter: false,
    behind: `${whole(accepted.length)} messages in ${(ms / 1000).toFixed(1)} s, at most ${arrived.underWayMax} under way, ${arrived.refused} attempts while it was down`,
    accounts: [accountFor('arrived', { accepted, unaccepted, found: arrived.numbers, repeated: arrived.repeated })],
  }
}
