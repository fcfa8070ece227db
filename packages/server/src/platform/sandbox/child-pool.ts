import type { Clock, Timer } from '../clock.ts'
import { createAccounts } from './accounts.ts'
import type { ChildMessage } from './child-message.ts'
import { Child, type ChildEnd, type Waiting } from './child.ts'
import { createFairQueue } from './fair-queue.ts'
import { failed, stopping, type PoolAnswer } from './pool-answer.ts'

/**
 * Child processes that can be killed, for work whose size a caller chooses: away from the event loop, with a limit of processor
 * time, time and memory for each job.
 *
 * A use is two files. The child's program ends with `serveJobs<Job, Answer>((job) => answer)` (`serve-jobs.ts`) and is an entry in
 * `knip.config.ts`; the pool is `createChildPool<Job, Answer>({ clock, program: programBeside('./name-process', import.meta.url) })`.
 * Jobs and answers are whatever structured clone copies: plain objects, Buffers, Maps. What must not be seen by the work of others
 * (secrets) gets a pool, and so processes, of its own.
 *
 * Processes, not worker threads: one large allocation in a thread (`$length($pad("x", 400000000))`) makes V8 abort the whole
 * process, `resourceLimits` or not; and only a process can be denied code from text, files and the network.
 */
export interface ChildPool<Job, Answer> extends AsyncDisposable {
  /**
   * Never rejects: a killed child is an answer too. Where jobs wait, the owner who used least processor time is next, and one child more
   * than others may use takes the jobs of owners who are known to use little.
   */
  run(job: Job, terms: JobTerms): Promise<PoolAnswer<Answer>>
  /** Ends the children; what still waits is answered with `stopping`. */
  stop(): Promise<void>
}

export interface JobTerms {
  /** Whose work it is. */
  readonly owner: string
}

export interface ChildPoolOptions {
  readonly clock: Clock
  /** The file that a child runs; see `programBeside`. */
  readonly program: string
  /** Children at most that work for anybody; they start when needed. One more is held back for owners who use little. */
  readonly processes?: number
  /** Processor time of a job, where the machine measures it; else time from the moment a ready child is given the job. */
  readonly cpuMs?: number
  /** The largest heap of a child. */
  readonly heapMb?: number
  readonly queueMax?: number
}

/**
 * A child that loads its libraries takes a quarter of a second of processor time for expressions, and 0.6 s for segments, from the source
 * on our machine; on one that is busy with other things it may take this long, and no longer.
 */
const BOOT_MS = 60_000
/** A child that gets no processor time is waited for so long, because a busy machine is no fault of the job. */
const STARVED_MS = 10_000
/** A child without work goes after this, so that an idle process is small. */
const IDLE_MS = 60_000

/** A start that was ended from outside is made again after this; after `BOOT_MS` without a child that was ready nobody waits for one. */
const START_AGAIN_MS = 50

/** An owner is light whose use of late and whose next job are less than this together. Nobody of whom nothing is known is. */
const LIGHT_MS = 100

export function createChildPool<Job, Answer>(options: ChildPoolOptions): ChildPool<Job, Answer> {
  const pool = new Pool<Job, Answer>(options)
  const stop = () => pool.stop()
  // Whoever has the pool may hand on one of its functions alone.
  return { run: (job, terms) => pool.run(job, terms), stop, [Symbol.asyncDispose]: stop }
}

/**
 * A job waits in the queue, goes to a child that is ready, and is answered by the child's message, its death (out of memory), or the
 * timer that kills it.
 *
 *   open --stop()--> stopped    for good: what waits and what comes is answered with `stopping`, and no child is started
 *
 * Where there is more than enough to do, a spare child starts while the others work: it takes the jobs of owners who use little, whom
 * nobody else can keep waiting. Who has a child killed pays for the start of another.
 */
class Pool<Job, Answer> {
  readonly #clock: Clock
  readonly #program: string
  readonly #childrenMax: number
  readonly #cpuMs: number
  readonly #heapMb: number
  readonly #accounts: ReturnType<typeof createAccounts>
  readonly #queue: ReturnType<typeof createFairQueue<Waiting<Job, Answer>>>
  readonly #children = new Set<Child<Job, Answer>>()
  #mode: 'open' | 'stopped' = 'open'
  #lastKill = -Infinity
  /** When the first start was ended from outside since a child was ready. */
  #endedSince: number | undefined
  /** Until the next start. */
  #pause: Timer | undefined

  constructor({ clock, program, processes = 2, cpuMs = 250, heapMb = 64, queueMax = 2000 }: ChildPoolOptions) {
    this.#clock = clock
    this.#program = program
    this.#childrenMax = processes
    this.#cpuMs = cpuMs
    this.#heapMb = heapMb
    this.#accounts = createAccounts(clock.monotonic)
    this.#queue = createFairQueue({ sizeMax: queueMax, monotonic: clock.monotonic, costMs: (owner) => this.#costMs(owner) })
  }

  run(job: Job, { owner }: JobTerms): Promise<PoolAnswer<Answer>> {
    if (this.#mode === 'stopped') return Promise.resolve(stopping)
    return new Promise((resolve) => this.#enqueue({ owner, job, resolve, isAgain: false }))
  }

  async stop(): Promise<void> {
    this.#mode = 'stopped'
    this.#pause?.cancel()
    for (const waiting of this.#queue.drain()) waiting.resolve(stopping)
    const ending = [...this.#children].map((child) => {
      this.#children.delete(child)
      const gone = child.end()
      child.finish(stopping, 0)
      return gone
    })
    await Promise.all(ending)
  }

  #costMs(owner: string): number {
    return this.#accounts.usedMs(owner) + this.#accounts.expectedMs(owner)
  }

  #isLight = (owner: string): boolean => this.#costMs(owner) < LIGHT_MS

  #enqueue(waiting: Waiting<Job, Answer>): void {
    const displaced = this.#queue.push(waiting.owner, waiting)
    displaced?.resolve(failed('overloaded', 'Too many jobs wait.'))
    this.#dispatch()
  }

  #dispatch(): void {
    this.#handOut()
    if (this.#pause === undefined && this.#wantsChild() && this.#mode === 'open') this.#start()
  }

  #handOut(): void {
    for (const child of this.#children) {
      if (this.#queue.size === 0) break
      if (!child.ready || child.current !== undefined) continue
      const waiting = this.#next()
      if (waiting === undefined) break
      this.#give(child, waiting)
    }
  }

  /**
   * Of all that waits, if a child is left for it; else what may have the child that is held back. Where children are killed now and then, one
   * that is ready is held back from the start of the next, which takes as long as a bomb and on a busy machine seconds.
   */
  #next(): Waiting<Job, Answer> | undefined {
    const children = [...this.#children]
    const others = children.filter((child) => child.current !== undefined && !child.isLight).length
    const ready = children.filter((child) => child.ready).length
    const forAnybody = Math.min(this.#childrenMax, this.#killedLately ? ready - 1 : ready)
    return others < forAnybody ? this.#queue.shift() : this.#queue.shift(this.#isLight)
  }

  get #killedLately(): boolean {
    return this.#clock.monotonic() - this.#lastKill < IDLE_MS
  }

  /** One at a time: starting is work too. */
  #wantsChild(): boolean {
    const all = [...this.#children]
    const starting = all.filter((child) => !child.ready).length
    if (starting > 0) return this.#queue.size > starting && all.length < this.#childrenMax
    if (all.length < this.#childrenMax && this.#queue.size > 0) return true
    if (all.length > this.#childrenMax) return false
    // What waits has no child here; or ahead of need: all have work, and they are killed now and then.
    return this.#queue.size > 0 || (this.#killedLately && all.every((child) => child.current !== undefined))
  }

  #start(): void {
    const child = new Child<Job, Answer>({
      program: this.#program,
      heapMb: this.#heapMb,
      heard: (one, message) => this.#heard(one, message),
      ended: (one, end) => this.#ended(one, end),
    })
    child.timer = this.#clock.after(BOOT_MS, () => this.#failBoot(child, 'it did not start in time'))
    this.#children.add(child)
  }

  #give(child: Child<Job, Answer>, waiting: Waiting<Job, Answer>): void {
    child.isLight = this.#isLight(waiting.owner)
    child.begin(waiting, this.#accounts.begin(waiting.owner))
    this.#watch(child)
    const refused = child.send(waiting.job)
    if (refused === undefined) return
    child.finish(refused, 0)
    this.#rest(child)
  }

  #watch(child: Child<Job, Answer>, since = this.#clock.monotonic()): void {
    const cpuMs = this.#cpuMs
    child.timer = this.#clock.after(cpuMs, () => {
      // Nobody measures its processor time any more; what ended it is about to be heard.
      if (child.isGone) return
      if (child.usedMs >= cpuMs) this.#kill(child, failed('timeout', `It was stopped after ${cpuMs} ms.`))
      else if (this.#clock.monotonic() - since < STARVED_MS) this.#watch(child, since)
      else this.#kill(child, failed('overloaded', `The machine gave it less than ${cpuMs} ms of processor time in ${STARVED_MS} ms.`))
    })
  }

  #rest(child: Child<Job, Answer>): void {
    const waiting = this.#next()
    if (waiting) this.#give(child, waiting)
    else child.timer = this.#clock.after(IDLE_MS, () => this.#kill(child, stopping))
  }

  #heard(child: Child<Job, Answer>, message: ChildMessage<Answer>): void {
    if (message.kind === 'place') {
      child.place = message.place
      return this.#handOut()
    }
    child.timer?.cancel()
    if (message.kind === 'ready') {
      this.#endedSince = undefined
      child.boot(message.cpuMs)
    } else {
      const answer = message.kind === 'answer' ? ({ ok: true, answer: message.answer } as const) : failed('crashed', message.message)
      child.finish(answer, child.rest(message.cpuMs))
    }
    if (this.#children.has(child)) this.#rest(child)
    this.#dispatch()
  }

  #ended(child: Child<Job, Answer>, { how, whose }: ChildEnd): void {
    if (!this.#children.has(child)) return
    if (!child.ready) return whose === 'outside' && child.wasStarted ? this.#startAgain(child, how) : this.#failBoot(child, how)
    if (whose === 'heap') return this.#kill(child, failed('memory_limit', 'It needed more memory than it may have.'))
    if (whose === 'program') return this.#kill(child, failed('crashed', `The process ${how}.`))
    const { current } = child
    if (current === undefined || current.isAgain) return this.#kill(child, failed('unavailable', `The process ${how}.`))
    // Nobody knows how far it came, and it has no effects: another child begins it anew, once.
    child.takeBack()
    this.#kill(child, stopping)
    this.#enqueue({ ...current, isAgain: true })
  }

  #kill(child: Child<Job, Answer>, answer: PoolAnswer<Answer>): void {
    this.#children.delete(child)
    if (child.current !== undefined) this.#lastKill = this.#clock.monotonic()
    const tookMs = this.#usedBy(child) + child.bootMs
    child.kill()
    child.finish(answer, tookMs)
    this.#dispatch()
  }

  /** What waits was in no child yet, and is none the worse for it. */
  #startAgain(child: Child<Job, Answer>, how: string): void {
    const now = this.#clock.monotonic()
    this.#endedSince ??= now
    if (now - this.#endedSince > BOOT_MS) return this.#failBoot(child, how)
    this.#pause ??= this.#clock.after(START_AGAIN_MS, () => {
      this.#pause = undefined
      this.#dispatch()
    })
    this.#kill(child, stopping)
  }

  /** Processor time of its job so far; where nobody measures, all that the job may take. */
  #usedBy({ usedMs, current }: Child<Job, Answer>): number {
    return Number.isFinite(usedMs) ? usedMs : current === undefined ? 0 : this.#cpuMs
  }

  /** Without a child nothing can be computed: the queue is answered rather than starting children for ever. */
  #failBoot(child: Child<Job, Answer>, reason: string): void {
    this.#children.delete(child)
    this.#endedSince = undefined
    child.timer?.cancel()
    child.kill()
    if ([...this.#children].some(({ ready }) => ready)) {
      // Nothing is held back where no other child can be had.
      this.#lastKill = -Infinity
      return this.#handOut()
    }
    for (const waiting of this.#queue.drain()) waiting.resolve(failed('unavailable', `No process: ${reason}.`))
  }
}
