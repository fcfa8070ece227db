import { createHmac, generateKeyPairSync, sign, type KeyObject } from 'node:crypto'
import { accountFor } from './account.ts'
import { inTurns } from './measure-limits.ts'
import { median } from './percentile.ts'
import { createApplication, createListener, requestIds } from './provision.ts'
import { type Row, microseconds, ratios, whole } from './table.ts'
import type { Workbench } from './workbench.ts'

/** The same for all requests, so that each is signed by one signature, which is made before anything is measured. */
const body = JSON.stringify({ note: 'x'.repeat(1000) })
const header = 'x-signature'

interface Signed {
  readonly auth: object
  readonly signature: string
  /** Of the rate without a signature. A check of Ed25519 or ECDSA takes as long as all the rest of an accept. */
  readonly goal: number
  readonly aim: number
}

const keyed = (kind: string, { publicKey }: { publicKey: KeyObject }) => ({
  ...{ kind, header, encoding: 'base64', keyEncoding: 'pem' },
  keys: [publicKey.export({ format: 'pem', type: 'spki' })],
})

function schemes(): Readonly<Record<'hmac' | 'rsa' | 'ed25519' | 'ecdsa', Signed>> {
  const secret = 'a secret of the bench'
  const ed25519 = generateKeyPairSync('ed25519')
  const ecdsa = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const signed = (algorithm: string | null, key: KeyObject) => sign(algorithm, Buffer.from(body), key).toString('base64')
  return {
    hmac: {
      auth: { kind: 'hmac', header, secrets: [secret] },
      signature: createHmac('sha256', secret).update(body).digest('hex'),
      ...{ goal: 0.85, aim: 0.95 },
    },
    rsa: { auth: keyed('rsa', rsa), signature: signed('sha256', rsa.privateKey), goal: 0.6, aim: 0.75 },
    ed25519: { auth: keyed('ed25519', ed25519), signature: signed(null, ed25519.privateKey), goal: 0.35, aim: 0.5 },
    ecdsa: { auth: keyed('ecdsa', ecdsa), signature: signed('sha256', ecdsa.privateKey), goal: 0.35, aim: 0.5 },
  }
}

/** Durable 202s a second of a listener that verifies each request, by scheme, against one that verifies nothing. */
export async function measureVerification(bench: Workbench): Promise<Row[]> {
  const { product, pace, engine } = bench
  const app = 'verify'
  const all = schemes()
  const names = Object.keys(all) as (keyof typeof all)[]
  await createApplication(product, app)
  const acknowledged: Record<string, string[]> = {}
  const costs: Record<string, number[]> = {}
  const accept = async (uid: string, auth: object, headers: Readonly<Record<string, string>>) => {
    const path = await createListener(product, app, { uid, mode: 'at_once', auth })
    acknowledged[uid] = []
    costs[uid] = []
    return async () => {
      const before = product.processorMs()
      const report = await bench.load({ port: product.port, path, headers, body, until: { ms: pace.runMs }, collect: 'requestId' })
      acknowledged[uid]!.push(...report.collected)
      costs[uid]!.push((product.processorMs() - before) / report.accepted.length)
      return report.perSecond
    }
  }
  const none = await accept('none', { kind: 'none' }, {})
  const runs: Record<string, () => Promise<number>> = { none }
  for (const name of names) runs[name] = await accept(name, all[name].auth, { [header]: all[name].signature })
  const rates = await inTurns(pace.rounds, runs)
  const rows: Row[] = []
  for (const name of names) {
    const { goal, aim } = all[name]
    const accepted = rates[name]!
    rows.push({
      ...{ engine, unit: 'ratio', higherIsBetter: true, goal, aim },
      measure: `accept verified by ${name} ÷ unverified, 1 KB`,
      values: ratios(accepted, rates['none']!),
      behind: `${whole(median(accepted))} ÷ ${whole(median(rates['none']!))} a second, ${microseconds(costs[name]!)}, unverified ${microseconds(costs['none']!)}`,
      accounts: [accountFor('requests in the log', { accepted: acknowledged[name]!, found: await requestIds(product, app, name) })],
    })
  }
  return rows
}
