import { createHmac } from 'node:crypto'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { prepareDeliveries } from './deliver.ts'
import type { LoadOrder } from './load.ts'
import { median } from './percentile.ts'
import { openPostgres } from './postgres.ts'
import type { Product } from './product.ts'
import { createApplication, createListener, publishFlow } from './provision.ts'
import { fullPace, type Workbench, withWorkbench } from './workbench.ts'

/**
 * `node bench/compare.ts ../before --engine sqlite`: this tree against another checkout of it, both running at once and loaded in turns of
 * a second or so. A shared machine changes its pace by a third from one minute to the next, and two runs after each other show that; turns
 * side by side show the trees. A figure is the median over the rounds of `this / other`: above 1 this tree does more a second, or costs
 * more processor time for each. `node bench/compare.ts . --with POSTHORN_STORE_THREAD=never`: this tree against itself with another setting.
 */
const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    engine: { type: 'string', default: 'sqlite' },
    only: { type: 'string', default: 'accept,signed,reply,delivery' },
    rounds: { type: 'string', default: '15' },
    with: { type: 'string', multiple: true, default: [] },
  },
})
const [other] = positionals
if (other === undefined) throw new Error('Say which checkout to compare with: node bench/compare.ts ../before')
const engine = options.engine === 'postgres' ? 'postgres' : 'sqlite'
const rounds = Number(options.rounds)
const SIGNATURE = 'x-signature'
const SECRET = 'a secret of the bench'
const pace = { ...fullPace, messages: 4_000, runMs: 1_000 }

interface Figure {
  readonly perSecond: number
  /** Processor milliseconds for each. */
  readonly cost: number
}
type Turn = () => Promise<Figure>

/** What one of the two trees is asked to do, ready to be done over and over. */
async function turnsOf(bench: Workbench, product: Product): Promise<Readonly<Record<string, Turn>>> {
  await createApplication(product, 'compare')
  const accepting = await createListener(product, 'compare', { uid: 'inbox', mode: 'at_once' })
  const auth = { kind: 'hmac', header: SIGNATURE, secrets: [SECRET] }
  const verifying = await createListener(product, 'compare', { uid: 'signed', mode: 'at_once', auth })
  const replying = await createListener(product, 'compare', { uid: 'flow', mode: 'flow' })
  await publishFlow(product, 'compare', 'flow')
  const { round, costs } = await prepareDeliveries(bench, product, { app: 'compare-out', what: 'delivered' })
  const loaded =
    (path: string, until: LoadOrder['until'], more: Pick<Partial<LoadOrder>, 'headers' | 'body'> = {}): Turn =>
    async () => {
      const before = product.processorMs()
      const { perSecond, accepted, sent } = await bench.load({ port: product.port, path, until, ...more })
      if (accepted.length !== sent) throw new Error(`${path}: ${sent} were sent, and ${accepted.length} answered with 2xx.`)
      return { perSecond, cost: (product.processorMs() - before) / accepted.length }
    }
  return {
    accept: loaded(accepting, { ms: pace.runMs }),
    signed: loaded(verifying, { ms: pace.runMs }, signedAlike()),
    reply: loaded(replying, { requests: pace.messages }),
    delivery: async () => ({ perSecond: await round(), cost: costs.at(-1)! }),
  }
}

/** The same for all requests, so that one signature fits them. */
function signedAlike() {
  const body = JSON.stringify({ note: 'x'.repeat(1000) })
  return { body, headers: { [SIGNATURE]: createHmac('sha256', SECRET).update(body).digest('hex') } }
}

const postgres = engine === 'postgres' ? await openPostgres() : undefined
try {
  await withWorkbench({ engine, pace, freshDatabase: async () => postgres?.freshDatabase() }, async (bench) => {
    const another = await bench.startProduct({
      root: resolve(other),
      settings: Object.fromEntries(options.with.map((one) => one.split('='))),
    })
    try {
      const trees = [await turnsOf(bench, bench.product), await turnsOf(bench, another)] as const
      for (const name of options.only.split(',')) console.log(`${engine}, ${name}: ${await compare([trees[0][name]!, trees[1][name]!])}`)
    } finally {
      await another.stop()
    }
  })
} finally {
  await postgres?.stop()
}

async function compare(turns: readonly [own: Turn, other: Turn]): Promise<string> {
  const ratios: { rate: number; cost: number }[] = []
  for (let round = 0; round <= rounds; round++) {
    // Who begins changes, so that neither always finds what the one before left behind.
    const ownFirst = round % 2 === 0
    const first = await turns[ownFirst ? 0 : 1]()
    const second = await turns[ownFirst ? 1 : 0]()
    const [own, before] = ownFirst ? [first, second] : [second, first]
    if (round > 0) ratios.push({ rate: own.perSecond / before.perSecond, cost: own.cost / before.cost })
  }
  const said = (values: number[]) => {
    const sorted = values.toSorted((a, b) => a - b)
    const quarter = Math.floor(sorted.length / 4)
    return `${median(values).toFixed(3)} (middle half ${sorted[quarter]!.toFixed(2)} to ${sorted.at(-1 - quarter)!.toFixed(2)})`
  }
  return `rate ${said(ratios.map(({ rate }) => rate))}, processor time ${said(ratios.map(({ cost }) => cost))}, ${rounds} rounds`
}
