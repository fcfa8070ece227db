import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import { createProduct, type Product } from '../support/product.ts'

export interface RepliesStormOptions {
  readonly databaseUrl?: string | undefined
  readonly requests: number
  readonly connections: number
  /** At least so often a child is killed while callers wait: one each half second. */
  readonly kills: number
  readonly say?: (line: string) => void
}

export interface RepliesStormReport {
  readonly requests: number
  /** What callers heard: their own answer, that the run failed, that it goes on, that there is no room. */
  readonly replied: number
  readonly failed: number
  readonly goesOn: number
  readonly refused: number
  /** What no caller may meet: no answer, somebody else's or one that its request cannot have, and a second one. */
  readonly unanswered: number
  readonly mistaken: number
  readonly extra: number
  /** Runs that were to end well and were refused by the children's end. */
  readonly unavailable: number
  readonly unexplained: number
  readonly kills: number
  /** From the last byte of a request to the last of its answer, beyond what the listener has a caller wait. */
  readonly overdueMs: number
  /** For how long the callers themselves stood still at most, which they take for waiting. */
  readonly stillMs: number
  readonly unfinishedRuns: number
}

const TIMEOUT_MS = 3000
/** Of those that are slower than their callers wait. */
const SLOW_SECONDS = 4
const KILL_MS = 500
/** A caller that has no answer by then has none. */
const HUNG_MS = 120_000
const QUIET_MS = 120_000

const kinds = ['throws', 'throws', 'transforms_badly', 'slow', 'well', 'well', 'well', 'well', 'well', 'well'] as const
type Kind = (typeof kinds)[number]
const kindOf = (n: number): Kind => kinds[n % kinds.length]!
const sumTo = (n: number): number => (n * (n + 1)) / 2

/** Asks over kept connections for answers that a flow makes, some of which fail or come too late, while the processes that compute are killed. */
export async function repliesStorm(options: RepliesStormOptions): Promise<RepliesStormReport> {
  const product = await createProduct({ databaseUrl: options.databaseUrl })
  try {
    await product.start()
    await furnish(product)
    return await storm(product, options)
  } catch (error) {
    if (error instanceof Error) error.message += `\n--- log\n${product.log().slice(-3000)}`
    throw error
  } finally {
    await product.remove()
  }
}

async function furnish(product: Product): Promise<void> {
  await product.api('POST', '/app/default/listener', {
    ...{ uid: 'sums', name: 'Sums', suffix: '/sums', auth: { kind: 'none' } },
    reply: { mode: 'flow', timeoutMs: TIMEOUT_MS, onTimeout: 202, error: { status: 500, body: { failed: true } } },
  })
  const steps = [
    { id: 'sum', kind: 'transform', expression: "body.kind = 'transforms_badly' ? $error('asked for') : $sum([1..body.upTo])" },
    { id: 'twice', kind: 'code', source: "if (body.kind === 'throws') throw new Error('asked for'); return steps.sum.output * 2" },
    { id: 'wait', kind: 'delay', for: '{{ body.wait }}' },
    { id: 'reply', kind: 'webhook_response', status: 200, body: { n: '{{ body.n }}', twice: '{{ steps.twice.output }}' } },
  ]
  await product.api('POST', '/app/default/flow', { uid: 'sums', name: 'Sums', trigger: { kind: 'webhook', listener: 'sums' }, steps })
  await product.api('POST', '/app/default/flow/sums/publish')
}

async function storm(product: Product, { requests, connections, kills: killsMin, say = () => {} }: RepliesStormOptions) {
  const heard = { replied: 0, failed: 0, goesOn: 0, refused: 0, unanswered: 0, mistaken: 0 }
  const told = { sent: 0, kills: 0, overdueMs: 0, extra: 0, failedWell: 0 }
  const isOver = () => told.sent >= requests && told.kills >= killsMin
  const call = async () => {
    const caller = new Caller(product.port)
    while (!isOver()) {
      const n = told.sent++
      const began = performance.now()
      const answer = await caller.ask({ n, kind: kindOf(n), upTo: n % 50, wait: kindOf(n) === 'slow' ? SLOW_SECONDS : 0.05 })
      told.overdueMs = Math.max(told.overdueMs, performance.now() - began - TIMEOUT_MS)
      const what = meaningOf(n, answer)
      heard[what]++
      if (what === 'failed' && (kindOf(n) === 'well' || kindOf(n) === 'slow')) told.failedWell++
    }
    told.extra += await caller.end()
  }
  const delay = monitorEventLoopDelay({ resolution: 10 })
  delay.enable()
  const killing = killChildren(product, isOver, () => {
    told.kills++
    if (told.kills % 10 === 0) say(`${told.kills} killed, ${told.sent} sent, ${heard.replied} replied, ${heard.goesOn} told to wait`)
  })
  await Promise.all([killing, ...Array.from({ length: connections }, call)])
  delay.disable()
  const stillMs = Math.round(delay.max / 1e6)
  const unfinishedRuns = await untilEnded(product)
  const unavailable = await count(product, 'status=ko&errorCode=transform_unavailable')
  const { sent, kills, overdueMs, extra, failedWell } = told
  return {
    ...{ requests: sent, ...heard, extra, kills, overdueMs: Math.round(overdueMs), stillMs, unfinishedRuns, unavailable },
    // A run of the others may have been refused as well, so there can only be more of them.
    unexplained: Math.max(0, failedWell - unavailable),
  }
}

type Answer = { readonly status: number; readonly body: string } | undefined
type Meaning = 'replied' | 'failed' | 'goesOn' | 'refused' | 'unanswered' | 'mistaken'

function meaningOf(n: number, answer: Answer): Meaning {
  if (answer === undefined) return 'unanswered'
  const body = JSON.parse(answer.body) as { n?: number; twice?: number; failed?: boolean; runId?: string }
  const isWell = kindOf(n) === 'well'
  if (answer.status === 200) return isWell && body.n === n && body.twice === 2 * sumTo(n % 50) ? 'replied' : 'mistaken'
  if (answer.status === 500) return body.failed === true ? 'failed' : 'mistaken'
  if (answer.status === 202) return typeof body.runId === 'string' ? 'goesOn' : 'mistaken'
  return answer.status === 503 ? 'refused' : 'mistaken'
}

/** One connection, on which one request follows the answer to the one before. What comes while none is asked is an answer too many. */
class Caller {
  readonly #port: number
  #socket: Socket | undefined
  #heard = ''
  #extra = 0
  #wake: () => void = () => undefined

  constructor(port: number) {
    this.#port = port
  }

  async ask(question: object): Promise<Answer> {
    this.#socket ??= await this.#dial()
    const socket = this.#socket
    const body = JSON.stringify(question)
    const head = ['POST /in/default/sums HTTP/1.1', 'Host: a', 'Content-Type: application/json', `Content-Length: ${body.length}`]
    socket.write(`${head.join('\r\n')}\r\n\r\n${body}`)
    const late = AbortSignal.timeout(HUNG_MS)
    for (;;) {
      const answer = this.#whole()
      if (answer !== undefined) {
        if (/\r\nconnection: close/i.test(answer.head)) this.#hangUp()
        return answer
      }
      if (socket.destroyed || late.aborted) {
        this.#hangUp()
        return undefined
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve
        late.addEventListener('abort', () => resolve(), { once: true })
      })
    }
  }

  /** How many answers came that nobody had asked for. */
  async end(): Promise<number> {
    // A second answer to the last request would be on its way by now; the next round trip finds it.
    await this.ask({ n: 0, kind: 'throws', upTo: 0, wait: 0 })
    this.#hangUp()
    return this.#extra
  }

  #whole(): { readonly status: number; readonly head: string; readonly body: string } | undefined {
    const end = this.#heard.indexOf('\r\n\r\n')
    if (end === -1) return undefined
    const head = this.#heard.slice(0, end)
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0)
    const body = this.#heard.slice(end + 4, end + 4 + length)
    if (body.length < length) return undefined
    const rest = this.#heard.slice(end + 4 + length)
    if (rest !== '') this.#extra++
    this.#heard = ''
    return { status: Number(head.slice(9, 12)), head, body }
  }

  async #dial(): Promise<Socket> {
    const socket = connect(this.#port, '127.0.0.1')
    socket.setEncoding('utf8')
    socket.on('data', (text: string) => {
      this.#heard += text
      this.#wake()
    })
    socket.on('error', () => socket.destroy())
    socket.on('close', () => {
      if (this.#socket === socket) this.#socket = undefined
      this.#wake()
    })
    await once(socket, 'connect')
    return socket
  }

  #hangUp(): void {
    this.#socket?.destroy()
    this.#socket = undefined
    this.#heard = ''
  }
}

/** One of the processes that compute for the program, each half second, until it is over. */
async function killChildren({ pid }: Product, isOver: () => boolean, killed: () => void): Promise<void> {
  while (!isOver()) {
    await pause(KILL_MS)
    const children = childrenOf(pid!)
    const one = children[Math.floor(Math.random() * children.length)]
    if (one === undefined) continue
    try {
      process.kill(one, 'SIGKILL')
      killed()
    } catch {
      // It ended meanwhile.
    }
  }
}

function childrenOf(parent: number): number[] {
  const isChild = (pid: number) => {
    try {
      return Number(/\) [^Z] (\d+) /.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1]) === parent
    } catch {
      return false
    }
  }
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && isChild(pid))
}

/** Those that their callers do not wait for any more end, too. Resolves to how many have not. */
async function untilEnded(product: Product): Promise<number> {
  const deadline = performance.now() + QUIET_MS
  for (;;) {
    const open = await Promise.all(['queued', 'running', 'waiting'].map((status) => count(product, `status=${status}`)))
    const left = open.reduce((sum, one) => sum + one, 0)
    if (left === 0 || performance.now() > deadline) return left
    await pause(100)
  }
}

async function count(product: Product, filter: string): Promise<number> {
  let found = 0
  for (let iterator: string | null = ''; iterator !== null;) {
    const path = `/app/default/run?limit=250&${filter}${iterator === '' ? '' : `&iterator=${iterator}`}`
    const page: { data: unknown[]; iterator: string | null; done: boolean } = await product.api('GET', path)
    found += page.data.length
    iterator = page.done ? null : page.iterator
  }
  return found
}
