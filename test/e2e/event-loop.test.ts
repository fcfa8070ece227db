import type { Operation } from '@posthorn/contract'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createProduct, type Product } from '../support/product.ts'
import { createLoopWatch, nowMs, usedP99, type LoopWatch, type Wait, type Waits } from '../support/loop-watch.ts'
import {
  bodyAttacks,
  expressionAttacks,
  fieldAttacks,
  flowAttacks,
  largestFilter,
  largestFlows,
  messageAttacks,
  type Attack,
} from './worst-inputs.ts'
import { entryAttacks } from './worst-entries.ts'
import { splitAttacks } from './worst-splits.ts'

// Nothing that a caller may send or save holds the event loop for more than 50 ms: another application's listener is called 20 times a
// second while one tenant does the worst that the limits allow.

const HELD_MS_MAX = 50
/** A caller's wait may grow by so much, and by twice what it was. */
const WAIT_MS_MAX = 50
/** A machine that is shared gives the same work two and three times the processor time from one moment to the next, but not so often on end. */
const TRIES_MAX = 10
/** What took more is no matter of the machine, and need not be sent again. */
const NOISE_MAX = 4

describe('one tenant does the worst that is allowed', () => {
  let product: Product
  let watch: LoopWatch
  let usual: Waits

  beforeAll(async () => {
    product = await createProduct()
    watch = await createLoopWatch(product)
    await product.api('POST', '/app', { uid: 'victim', name: 'Victim' })
    await product.api('POST', '/app', { uid: 'tenant', name: 'Tenant' })
    const listener = { auth: { kind: 'none' }, methods: ['POST'] }
    await product.api('POST', '/app/victim/listener', { ...listener, uid: 'plain', name: 'Plain', suffix: '/plain' })
    await product.api('POST', '/app/tenant/listener', { ...listener, uid: 'worst', name: 'Worst', suffix: '/worst' })
    const strict = { body: { a: [{ b: 1 }] }, strict: true }
    await product.api('POST', '/app/tenant/listener', { ...listener, uid: 'strict', name: 'Strict', suffix: '/strict', expected: strict })
    const dedup = { dedup: { key: 'body.id' }, eventType: 'body.type' }
    await product.api('POST', '/app/tenant/listener', { ...listener, ...dedup, uid: 'keyed', name: 'Keyed', suffix: '/keyed' })
    const step = { id: 's', kind: 'set_meta', meta: { a: '{{ body.a | size }}' } }
    await product.api('POST', '/app/tenant/flow', { uid: 'job', name: 'Job', trigger: { kind: 'job' }, steps: [step] })
    await product.api('POST', '/app/tenant/flow/job/publish')
    // What runs and answers once is compiled by V8; what is measured is what callers hold, not that.
    await watch.calling(`${product.url}/in/victim/plain`, () => during(2000))
    usual = await watch.calling(`${product.url}/in/victim/plain`, () => during(4000))
  })

  afterAll(() => product.remove())

  const during = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

  async function send({ name, method, path, body, taken, runs, contentType = 'application/json' }: Attack): Promise<void> {
    const outside = path.startsWith('/in/') || path.startsWith('/docs')
    const headers = { authorization: `Bearer ${product.apiKey}`, ...(contentType !== '' && { 'content-type': contentType }) }
    // Bytes, because a text brings a content type along.
    const bytes = body === undefined ? {} : { body: Buffer.from(body) }
    const response = await fetch(`${product.url}${outside ? '' : '/api/v1'}${path}`, { method, headers, ...bytes })
    const answer = await response.text()
    // A listener's own 500 is the answer of a flow that failed, and names the reason.
    expect(answer, name).not.toContain('"code":"internal"')
    // An attack that is refused at once shows nothing of what it is for.
    if (taken) expect(response.ok, `${name}: ${response.status} ${answer.slice(0, 300)}`).toBe(true)
    if (runs) await expect.poll(runsBegun, { timeout: 60_000, interval: 100 }).toBe(true)
  }

  /** All runs of the tenant have ended, or wait for what they sent. */
  async function runsBegun(): Promise<boolean> {
    for (const status of ['queued', 'running'])
      if ((await product.api<{ data: unknown[] }>('GET', `/app/tenant/run?status=${status}&limit=1`)).data.length > 0) return false
    return true
  }

  /** The longest turn; where it was too long by no more than the machine explains, the shortest of a few times. */
  async function heldBy(work: () => Promise<void>): Promise<number> {
    let ms = Infinity
    for (let tries = 0; tries < TRIES_MAX && ms >= HELD_MS_MAX; tries++) {
      await watch.longestTurnMs()
      await work()
      const held = await watch.longestTurnMs()
      ms = Math.min(ms, held)
      if (held >= NOISE_MAX * HELD_MS_MAX) return ms
    }
    return ms
  }

  /**
   * One after the other, while the victim is called. What is held to the limits is processor time of the server's loop: what each attack
   * took of it in one turn, and what was used of it, over all turns, while one call of the victim waited (the last of a few times, as
   * well). How long the victim waited by the clock is told beside it, but also says what else the machine has to do. Of attacks that need
   * none before them only those that a long wait met are sent again, instead of all some hundreds.
   */
  async function expectHarmless(attacks: readonly Attack[], { eachAlone = false } = {}): Promise<void> {
    const usedMax = WAIT_MS_MAX + 2 * usual.usedP99
    let { waits, sent } = await attacked(attacks, true)
    for (let tries = 1; tries < TRIES_MAX && usedP99(waits) >= usedMax; tries++) {
      const long = waits.filter(({ used }) => used >= usedMax)
      const met = eachAlone ? metBy(long, sent) : new Set(sent)
      const again = await attacked([...met].map(({ attack }) => attack))
      waits = eachAlone ? waits.filter((wait) => ![...met].some((one) => isMeanwhile(one, wait))).concat(again.waits) : again.waits
      sent = sent.filter((one) => !met.has(one)).concat(again.sent)
    }
    expect(usedP99(waits), 'processor time used while the victim waited (p99)').toBeLessThan(usedMax)
  }

  interface Sent {
    readonly attack: Attack
    readonly from: number
    readonly to: number
  }

  const isMeanwhile = (one: Pick<Sent, 'from' | 'to'>, other: Pick<Sent, 'from' | 'to'>) => one.from <= other.to && other.from <= one.to

  /** The attacks that were under way while one of these calls waited, each with the one before it, which may still be worked on. */
  function metBy(waits: readonly Wait[], sent: readonly Sent[]): ReadonlySet<Sent> {
    const is = sent.map((one) => waits.some((wait) => isMeanwhile(one, wait)))
    const met = sent.filter((_, index) => is[index] || is[index + 1])
    return new Set(met.length > 0 ? met : sent)
  }

  async function attacked(
    attacks: readonly Attack[],
    isFirst = false,
  ): Promise<{ readonly waits: readonly Wait[]; readonly sent: readonly Sent[] }> {
    const held: { readonly name: string; readonly ms: number }[] = []
    const sent: Sent[] = []
    const {
      all,
      p99,
      slowest,
      usedP99: used,
    } = await watch.calling(`${product.url}/in/victim/plain`, async () => {
      for (const attack of attacks) {
        const from = nowMs()
        if (isFirst) held.push({ name: attack.name, ms: await heldBy(() => send(attack)) })
        else await send(attack)
        sent.push({ attack, from, to: nowMs() })
      }
    })
    if (!isFirst) return { waits: all, sent }
    const worst = held.toSorted((one, other) => other.ms - one.ms).slice(0, 8)
    const before = `${usual.p99.toFixed(1)} and ${usual.usedP99.toFixed(1)} before`
    const said = `the victim waited ${p99.toFixed(1)} ms, of which the loop worked ${used.toFixed(1)} (p99; ${before}; ${slowest.toFixed(0)} at most); longest turns: ${worst
      .map(({ name, ms }) => `${ms.toFixed(0)} ms ${name}`)
      .join('; ')}`
    if (process.env['LOOP_PROBE_TELLS'] !== undefined) process.stdout.write(`${said}\n`)
    expect(worst[0]!.ms, said).toBeLessThan(HELD_MS_MAX)
    return { waits: all, sent }
  }

  const pathOf = ({ path }: Operation) =>
    path
      .replace(/^\/api\/v1/, '')
      .replace('{app_id}', 'tenant')
      .replaceAll(/\{\w+\}/g, 'nothing')

  test('with every field of every operation', () => expectHarmless(fieldAttacks(pathOf), { eachAlone: true }), 900_000)
  test('with expressions that take longest to read', () => expectHarmless(expressionAttacks('tenant')), 900_000)
  test('with flows as large as they may be', () => expectHarmless(largestFlows('tenant')), 900_000)
  test('with forty of the dearest expressions at once', async () => {
    const dear = expressionAttacks('tenant').filter(({ name }) => name.startsWith('trying'))
    const all = () => Promise.all(Array.from({ length: 40 }, (_, index) => send(dear[index % dear.length]!)))
    expect(await heldBy(async () => void (await all()))).toBeLessThan(HELD_MS_MAX)
  }, 900_000)
  // The share of the machine that bombs have is bounded by their processes; what is asked here is what they leave on the loop.
  test('S13: with forty bombs that run at once, callers wait no more than twice what they do without', async () => {
    const [bomb, code] = ['($f := function($n) { $n < 2 ? 1 : $f($n - 1) + $f($n - 2) }; $f(60))', 'while (true) {}']
    const flow = (uid: string, step: object) => ({ uid, name: uid, trigger: { kind: 'job' }, steps: [{ id: 'bomb', ...step }] })
    await product.api('POST', '/app/tenant/flow', flow('bomb', { kind: 'transform', expression: bomb }))
    await product.api('POST', '/app/tenant/flow', flow('code', { kind: 'code', source: code }))
    for (const uid of ['bomb', 'code']) await product.api('POST', `/app/tenant/flow/${uid}/publish`)
    const ended: string[] = []
    const explode = async (_: unknown, index: number) => {
      const run = { flow: index % 2 === 0 ? 'bomb' : 'code' }
      const { status } = await product.api<{ status: string }>('POST', '/app/tenant/run?wait=50', run)
      ended.push(status)
    }
    let times = Infinity
    for (let tries = 0; tries < TRIES_MAX && times > 2; tries++) {
      const listener = `${product.url}/in/victim/plain`
      const without = await watch.calling(listener, () => during(4000))
      const beside = await watch.calling(listener, async () => void (await Promise.all(Array.from({ length: 40 }, explode))))
      times = Math.min(times, beside.usedP99 / without.usedP99)
      if (process.env['LOOP_PROBE_TELLS'] !== undefined)
        process.stdout.write(
          `forty bombs: ${beside.usedP99.toFixed(1)} ms used while a caller waited, ${without.usedP99.toFixed(1)} without (p99)\n`,
        )
    }
    expect(ended.filter((status) => status === 'ok')).toEqual([])
    expect(times).toBeLessThanOrEqual(2)
  }, 900_000)
  test('with flows at their limits', () => expectHarmless(flowAttacks('tenant')), 900_000)
  // What is taken is written by SQLite in one piece, which takes as long as the body is large; what is refused shows the reading alone.
  test('with bodies of the largest size that are refused', () => expectHarmless(bodyAttacks('/in/tenant/strict', 10)), 900_000)
  test.each(['worst', 'keyed'])(
    'with large bodies that are taken, by the listener "%s"',
    (listener) => expectHarmless(bodyAttacks(`/in/tenant/${listener}`, 1)),
    900_000,
  )
  test('with entries, runs that load them, and schedules', () => expectHarmless(entryAttacks('tenant')), 900_000)
  test('with requests of a thousand events', () => expectHarmless(splitAttacks('tenant')), 900_000)
  test('with messages, batches and lists', () => expectHarmless(messageAttacks('tenant')), 900_000)
  test('with filters of a hundred endpoints', async () => {
    for (let index = 0; index < 100; index++) {
      await product.api('POST', '/app/tenant/endpoint', { uid: `filter-${index}`, url: 'http://127.0.0.1:4999/', filter: largestFilter() })
    }
    const a = Array.from({ length: 90_000 }, (_, index) => `word${index % 10}`)
    const message = { name: 'a message to a hundred filters', method: 'POST', path: '/app/tenant/msg' }
    const body = JSON.stringify({ eventType: 'worst.two', payload: { a } })
    await expectHarmless([{ ...message, body }])
  }, 900_000)
})
