import { type Account, accountFor } from './account.ts'
import { inTurns } from './measure-limits.ts'
import { payload, spreadSlot } from './message.ts'
import { median } from './percentile.ts'
import { createApplication, createEndpoint, createEventType, disableEndpoint, messageBody, messagePath } from './provision.ts'
import { type Row, ratios } from './table.ts'
import type { Workbench } from './workbench.ts'

const endpoints = 100
const perSecond = 600

/**
 * What the 99 healthy endpoints notice of one that never answers: p99 from the moment a message is due to be sent until it arrives, at a steady
 * rate well below the limit, so that queues tell of interference and not of overload.
 */
export async function measureIsolation(bench: Workbench): Promise<Row> {
  const { product, receiver, pace } = bench
  for (let i = 0; i < endpoints; i++) await createEventType(product, eventType(i))
  const accounts: Account[] = []
  let apps = 0

  const run = async (hanging: boolean) => {
    const app = `isolation-${++apps}`
    await createApplication(product, app)
    for (let i = 0; i < endpoints; i++) {
      const url = `${bench.receiverUrl}/${hanging && i === 0 ? 'hang' : 'ok'}`
      await createEndpoint(product, app, { uid: `e${i}`, url, eventType: eventType(i) })
    }
    await receiver.ask({ kind: 'begin' })
    const body = messageBody(`bench.e${spreadSlot}`, payload())
    const target = { port: product.port, path: messagePath(app), headers: product.headers, body }
    const sent = await bench.load({ ...target, until: { ms: pace.isolationMs }, perSecond, spread: endpoints })
    await receiver.ask({ kind: 'arrived', numbers: sent.accepted.length, quietMs: 1_000 })
    const arrived = await receiver.ask({ kind: 'report' })
    await disableEndpoint(product, app, 'e0')
    const healthy = (numbers: readonly number[]) => numbers.filter((number) => !hanging || number % endpoints !== 0)
    const sets = {
      accepted: healthy(sent.accepted),
      unaccepted: healthy(sent.unaccepted),
      found: healthy(arrived.numbers),
      repeated: arrived.repeated,
    }
    accounts.push(accountFor(`to healthy endpoints ${hanging ? 'beside one that hangs' : 'alone'}`, sets))
    return arrived.p99Ms
  }

  const { without, beside } = await inTurns(Math.min(pace.rounds, 3), { without: () => run(false), beside: () => run(true) })
  return {
    measure: "healthy endpoints' p99 while 1 in 100 hangs ÷ without it",
    engine: bench.engine,
    values: ratios(beside, without),
    unit: 'ratio',
    goal: 1.5,
    aim: 1.2,
    higherIsBetter: false,
    behind: `${median(beside).toFixed(1)} ÷ ${median(without).toFixed(1)} ms at ${perSecond} messages a second`,
    accounts,
  }
}

const eventType = (i: number) => `bench.e${String(i).padStart(3, '0')}`
