import cluster, { type Worker } from 'node:cluster'
import type { Log } from '@posthorn/server/for-supervisor'
import { exitCodes } from '../exit-codes.ts'
import { mergeFigures } from './merge-figures.ts'
import type { SupervisorWord, WorkerWord } from './words.ts'

export interface SupervisorOptions {
  readonly workers: number
  /** Of this process: workers are started with the same. */
  readonly argv: readonly string[]
  readonly log: Pick<Log, 'info' | 'warn' | 'error'>
  /** Calls `fire` after so long, and keeps the process until then: between two tries there may be nothing else that does. */
  readonly after: (delayMs: number, fire: () => void) => void
  /** What the first worker has to say to whoever started it. */
  readonly onWelcome: (welcome: string) => void
}

/** One of the places, and the process that fills it. */
interface Place {
  readonly number: number
  readonly worker: Worker
  mode: 'starting' | 'ready'
}

/** Before a worker is replaced that ended while it started, or again soon after it: doubled each time, because what ends it may stay. */
const AGAIN_MS = 1000
const AGAIN_MS_MAX = 60_000
/** Who has served for so long is steady: its end is one of its own. */
const STEADY_MS = 10_000
/** A worker stops within 25 s by itself. */
const STOP_MS = 30_000
/** A store that does not answer keeps a worker's figures for three seconds. */
const FIGURES_MS = 5000
/** What is said by hand for one start is said to the first worker of it. */
const FOR_ONE_START: ReadonlySet<string> = new Set(['--new', '--new-key'])

/**
 * Keeps so many processes on one port, each a node of its own in the database. The first is alone until it serves, so that what a first
 * start makes is made once.
 *
 *   starting --the first worker is ready--> open: the others start, and whoever ends is replaced
 *   starting --the first worker ends--> ended, with its exit code
 *   open     --stop()--> stopping: all are notified, nobody is replaced --the last has ended--> ended
 *
 * What must hold: a place is filled by one process at most. It holds the port, but no connection passes through it: workers take them from the
 * port themselves. `node:cluster` would hand them out in turn, and one that was on its way to a worker that dies would never be answered nor
 * ended. It touches nothing of the store: it can be killed at any time, and its workers end with it.
 */
export class Supervisor {
  readonly #options: SupervisorOptions
  readonly #places = new Map<number, Place>()
  /** How often in a row the process of a place ended before it was steady. */
  readonly #earlyEnds = new Map<number, number>()
  readonly #ended = Promise.withResolvers<number>()
  /** Who waits for figures of a worker, by its number and that of the question. */
  readonly #waiting = new Map<string, (text: string | undefined) => void>()
  #mode: 'starting' | 'open' | 'stopping' | 'ended' = 'starting'
  #code: number = exitCodes.done
  #asked = 0

  constructor(options: SupervisorOptions) {
    this.#options = options
  }

  /** Resolves with the exit code. */
  run(): Promise<number> {
    cluster.schedulingPolicy = cluster.SCHED_NONE
    this.#fill(1)
    return this.#ended.promise
  }

  /** Has all stop in order. Who is still starting has nothing to finish. */
  stop(): void {
    if (this.#mode === 'stopping' || this.#mode === 'ended') return
    this.#mode = 'stopping'
    for (const place of this.#places.values()) {
      if (place.mode === 'ready') send(place, { kind: 'stop' })
      else place.worker.process.kill('SIGTERM')
    }
    setTimeout(() => this.cut(exitCodes.failed), STOP_MS).unref()
    this.#endIfAlone()
  }

  /** Ends all at once. What was under way is found again by the next start. */
  cut(code: number): void {
    this.#code = code
    this.#mode = 'stopping'
    for (const { worker } of this.#places.values()) worker.process.kill('SIGKILL')
    this.#endIfAlone()
  }

  #fill(number: number): void {
    if (this.#mode !== 'starting' && this.#mode !== 'open') return
    const [, program, ...given] = this.#options.argv
    const args = this.#mode === 'starting' ? given : given.filter((argument) => !FOR_ONE_START.has(argument))
    cluster.setupPrimary({ exec: program!, args })
    const place: Place = { number, worker: cluster.fork(), mode: 'starting' }
    this.#places.set(number, place)
    place.worker.on('message', (word: WorkerWord) => this.#hear(place, word))
    // What cannot be sent any more is no fault: `exit` says what happened.
    place.worker.on('error', () => {})
    place.worker.on('exit', (code, signal) => this.#left(place, { code, signal }))
  }

  #hear(place: Place, word: WorkerWord): void {
    switch (word.kind) {
      case 'ready':
        return this.#ready(place, word.welcome)
      case 'figures_wanted':
        return void this.#figures().then((text) => send(place, { kind: 'figures', id: word.id, text }))
      case 'figures':
        this.#waiting.get(`${place.number} ${word.id}`)?.(word.text)
    }
  }

  #ready(place: Place, welcome: string): void {
    const { log, workers, onWelcome, after } = this.#options
    place.mode = 'ready'
    after(STEADY_MS, () => void (this.#places.get(place.number) === place && this.#earlyEnds.delete(place.number)))
    log.info('server.worker.ready', { worker: place.number, pid: place.worker.process.pid })
    // It became ready in the moment in which all were told to stop.
    if (this.#mode === 'stopping') return send(place, { kind: 'stop' })
    if (this.#mode !== 'starting') return
    this.#mode = 'open'
    onWelcome(welcome)
    for (let number = 2; number <= workers; number++) this.#fill(number)
  }

  #left(place: Place, { code, signal }: { readonly code: number | null; readonly signal: string | null }): void {
    const { log } = this.#options
    const { number, mode } = place
    this.#places.delete(number)
    const about = { worker: number, pid: place.worker.process.pid, code, signal }
    switch (this.#mode) {
      case 'starting':
        // It has said why.
        this.#mode = 'ended'
        return this.#ended.resolve(code ?? exitCodes.failed)
      case 'open':
        log.error('server.worker.ended', {
          ...about,
          why: 'A worker ended, and is replaced. What it had under way is taken over in a few seconds.',
        })
        return this.#replace(place, { inOrder: mode === 'ready' && code === exitCodes.done })
      default:
        if (mode === 'ready' && code !== exitCodes.done) {
          log.warn('server.worker.ended', about)
          this.#code ||= exitCodes.failed
        }
        this.#endIfAlone()
    }
  }

  /** At once where its process ended in order, or for the first time after it served. */
  #replace({ number, mode }: Place, { inOrder }: { readonly inOrder: boolean }): void {
    const before = this.#earlyEnds.get(number) ?? 0
    if (!inOrder) this.#earlyEnds.set(number, before + 1)
    if (inOrder || (mode === 'ready' && before === 0)) return this.#fill(number)
    this.#options.after(Math.min(AGAIN_MS * 2 ** Math.max(before - 1, 0), AGAIN_MS_MAX), () => this.#fill(number))
  }

  #endIfAlone(): void {
    if (this.#places.size > 0) return
    this.#mode = 'ended'
    this.#ended.resolve(this.#code)
  }

  async #figures(): Promise<string> {
    const id = ++this.#asked
    const ready = [...this.#places.values()].filter(({ mode }) => mode === 'ready')
    const texts = await Promise.all(ready.map(async (place) => [place.number, await this.#figuresOf(place, id)] as const))
    return mergeFigures(new Map(texts.filter((answered): answered is [number, string] => answered[1] !== undefined)))
  }

  /** Nothing of one that ends meanwhile. */
  async #figuresOf(place: Place, id: number): Promise<string | undefined> {
    const answer = Promise.withResolvers<string | undefined>()
    const key = `${place.number} ${id}`
    this.#waiting.set(key, answer.resolve)
    const leave = () => answer.resolve(undefined)
    const timer = setTimeout(leave, FIGURES_MS)
    place.worker.once('exit', leave)
    send(place, { kind: 'figures_wanted', id })
    try {
      return await answer.promise
    } finally {
      clearTimeout(timer)
      place.worker.off('exit', leave)
      this.#waiting.delete(key)
    }
  }
}

/** Who has ended hears nothing. */
function send({ worker }: Place, word: SupervisorWord): void {
  worker.process.send(word, undefined, undefined, () => {})
}
