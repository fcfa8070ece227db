import { type Account, accountFor } from './account.ts'
import { inTurns } from './measure-limits.ts'
import { payload, spreadSlot } from './message.ts'
import { median } from './percentile.ts'
import { createApplication, createEndpoint, createEventType, disableEndpoint, messageBody, messagePath } from './provision.ts'
import { type Row, ratios, whole } from './table.ts'
import type { Workbench } from './workbench.ts'

const endpoints = 100
const perSecond = 600

/** What the 99 healthy endpoints notice of one that never answers. */
export const measureIsolation = (bench: Workbench): Promise<Row> =>
  beside(bench, { measure: "healthy endpoints' p99 while 1 in 100 hangs ÷ without it", bad: ['hang'] })

/** What the 96 healthy endpoints notice of four that each take what they can get: time, sockets, memory, and a way inside. */
export const measureHostility = (bench: Workbench): Promise<Row> =>
  beside(bench, {
    measure: "healthy endpoints' p99 while 4 in 100 hang, drip, stream for ever and redirect inside ÷ without them",
    bad: ['hang', 'drip', 'stream', 'redirect'],
  })

/**
 * p99 from the moment a message is due to be sent until it arrives, at a steady rate well below the limit, so that queues tell of
 * interference and not of overload.
 */
async function beside(bench: Workbench, { measure, bad }: { measure: string; bad: readonly string[] }): Promise<Row> {
  const { product, receiver, pace } = bench
  for (let i = 0; i < endpoints; i++) await createEventType(product, eventType(i))
  const accounts: Account[] = []
  let apps = 0
  let canary = 0
  const grown: number[] = []

  const run = async (hostile: readonly string[]) => {
    const app = `isolation-${++apps}`
    await createApplication(product, app)
    for (let i = 0; i < endpoints; i++) {
      await createEndpoint(product, app, { uid: `e${i}`, url: `${bench.receiverUrl}/${hostile[i] ?? 'ok'}`, eventType: eventType(i) })
    }
    await receiver.ask({ kind: 'begin' })
    const body = messageBody(`bench.e${spreadSlot}`, payload())
    const target = { port: product.port, path: messagePath(app), headers: product.headers, body }
    const before = product.residentMb()
    const sent = await bench.load({ ...target, until: { ms: pace.isolationMs }, perSecond, spread: endpoints })
    if (hostile.length > 0) grown.push(product.residentMb() - before)
    await receiver.ask({ kind: 'arrived', numbers: sent.accepted.length, quietMs: 1_000 })
    const arrived = await receiver.ask({ kind: 'report' })
    canary += arrived.canary
    for (const i of hostile.keys()) await disableEndpoint(product, app, `e${i}`)
    const healthy = (numbers: readonly number[]) => numbers.filter((number) => number % endpoints >= hostile.length)
    const sets = {
      accepted: healthy(sent.accepted),
      unaccepted: healthy(sent.unaccepted),
      found: healthy(arrived.numbers),
      repeated: arrived.repeated,
    }
    accounts.push(accountFor(`to healthy endpoints ${hostile.length > 0 ? `beside ${hostile.length} that are not` : 'alone'}`, sets))
    return arrived.p99Ms
  }

  const p99 = await inTurns(Math.min(pace.rounds, 3), { without: () => run([]), beside: () => run(bad) })
  if (canary > 0) throw new Error(`A redirect was followed ${canary} times.`)
  return {
    measure,
    engine: bench.engine,
    values: ratios(p99.beside, p99.without),
    unit: 'ratio',
    goal: 1.5,
    aim: 1.2,
    higherIsBetter: false,
    behind: `${median(p99.beside).toFixed(1)} ÷ ${median(p99.without).toFixed(1)} ms at ${perSecond} messages a second; memory ${signed(median(grown))} MB`,
    accounts,
  }
}

const eventType = (i: number) => `bench.e${String(i).padStart(3, '0')}`
const signed = (value: number) => `${value < 0 ? '' : '+'}${whole(value)}`
