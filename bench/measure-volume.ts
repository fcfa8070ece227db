import { prepareDeliveries } from './deliver.ts'
import { fill } from './fill.ts'
import { inTurns } from './measure-limits.ts'
import { median } from './percentile.ts'
import type { Product } from './product.ts'
import { createApplication, createEndpoint, createEventType, idOf } from './provision.ts'
import { type Row, ratios, whole } from './table.ts'
import type { Workbench } from './workbench.ts'

const endpointsFilled = 200
const attemptsEach = 4
const pagesRounds = 5
/** Of the ten days that are in the log. */
const daysKept = 1

/** What a store that holds months of log, and a backlog of retries, costs the work of the day; and how long people wait for the log. */
export async function measureVolume(bench: Workbench): Promise<Row[]> {
  const { waiting, attempts } = bench.pace.volume
  const log = await filled(bench, { waiting, delivered: attempts / attemptsEach - waiting })
  let { product } = log
  try {
    const beside = await throughput(bench, { ...log, measure: 'throughput beside a log and a backlog of retries ÷ empty' })
    const slowest = await pages(bench, log)
    product = await product.again(undefined, { POSTHORN_RETENTION_DAYS: String(daysKept) })
    const measure = 'throughput while retention removes the older part of the log ÷ empty'
    const cleaning = await throughput(bench, { ...log, product, measure })
    const left = product.log().includes('store.retention.removed') ? 'done before the last round was' : 'at work to the end'
    return [beside, slowest, { ...cleaning, behind: `${cleaning.behind}; retention was ${left}` }]
  } finally {
    await product.stop()
  }
}

interface Filled {
  readonly product: Product
  readonly attempts: number
  readonly waiting: number
}

async function filled(bench: Workbench, { waiting, delivered }: { waiting: number; delivered: number }): Promise<Filled> {
  const fresh = await bench.startProduct()
  await createApplication(fresh, 'log')
  await createEventType(fresh, 'bench.filled')
  const endpoints: string[] = []
  for (let i = 0; i < endpointsFilled; i++) {
    await createEndpoint(fresh, 'log', { uid: `filled-${i}`, url: `${bench.receiverUrl}/ok`, eventType: 'bench.filled' })
    endpoints.push(await idOf(fresh, `/app/log/endpoint/filled-${i}`))
  }
  const application = await idOf(fresh, '/app/log')
  let attempts = 0
  try {
    const product = await fresh.again(async (place) => {
      attempts = await fill(place, { application, endpoints, waiting, delivered, attemptsEach })
    })
    return { product, attempts, waiting }
  } catch (error) {
    // Its data may be gigabytes.
    await fresh.stop()
    throw error
  }
}

/** Messages a second from the API to settled, beside the log and without one. */
async function throughput(bench: Workbench, { product, attempts, waiting, measure }: Filled & { measure: string }): Promise<Row> {
  const app = `volume-${product.port}`
  const beside = await prepareDeliveries(bench, product, { app, what: 'beside the log' })
  const without = await prepareDeliveries(bench, bench.product, { app, what: 'without' })
  const { full, empty } = await inTurns(bench.pace.rounds, { full: beside.round, empty: without.round })
  return {
    measure,
    engine: bench.engine,
    values: ratios(full, empty),
    unit: 'ratio',
    goal: 0.8,
    aim: 0.95,
    higherIsBetter: true,
    behind: `${whole(median(full))} ÷ ${whole(median(empty))} a second, p99 to arrival ${whole(median(beside.p99s))} and ${whole(median(without.p99s))} ms, ${whole(waiting)} waiting retries, ${whole(attempts)} attempts; ready in ${(product.readyMs / 1000).toFixed(2)} s, ${whole(product.residentMb())} MB`,
    accounts: [...beside.accounts, ...without.accounts],
  }
}

/** The slowest of the first pages, each the median of its rounds; statistics, which count, are told beside. */
async function pages(bench: Workbench, { product, attempts }: Filled): Promise<Row> {
  const paths = {
    deliveries: '/app/log/delivery',
    'deliveries of an endpoint': `/app/log/delivery?endpoint_id=${await idOf(product, '/app/log/endpoint/filled-7')}`,
    'waiting deliveries': '/app/log/delivery?status=waiting',
    'failed deliveries (none)': '/app/log/delivery?status=failed',
    messages: '/app/log/msg',
    'messages of an endpoint': '/app/log/endpoint/filled-7/msg',
    'attempts of an endpoint': '/app/log/attempt/endpoint/filled-7',
  }
  const counts = { 'of an endpoint': '/app/log/endpoint/filled-7/stats', 'of the last day': '/app/log/stats' }
  const take = async ([name, path]: [string, string]) => {
    const times: number[] = []
    for (let round = 0; round < pagesRounds; round++) {
      const startedAt = performance.now()
      await product.request('GET', path)
      times.push(performance.now() - startedAt)
    }
    return { name, times }
  }
  const figures: Awaited<ReturnType<typeof take>>[] = []
  for (const page of Object.entries(paths)) figures.push(await take(page))
  figures.sort((a, b) => median(b.times) - median(a.times))
  const statistics: typeof figures = []
  for (const page of Object.entries(counts)) statistics.push(await take(page))
  const said = (taken: typeof figures) => taken.map(({ name, times }) => `${name} ${whole(median(times))}`).join(', ')
  return {
    measure: 'first page of the log, the slowest of seven lists',
    engine: bench.engine,
    values: figures[0]!.times,
    unit: 'ms',
    goal: 200,
    aim: 50,
    higherIsBetter: false,
    behind: `${whole(attempts)} attempts; ${said(figures)} ms; statistics ${said(statistics)} ms`,
    accounts: [],
  }
}
