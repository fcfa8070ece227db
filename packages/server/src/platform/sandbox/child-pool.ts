import { fork, type ChildProcess } from 'node:child_process'
import { constants, setPriority } from 'node:os'
import type { Clock, Timer } from '../clock.ts'
import { createAccounts, type Charge } from './accounts.ts'
import type { ChildMessage } from './child-message.ts'
import { whoseEnd, type EndOf } from './end-of-child.ts'
import { createFairQueue } from './fair-queue.ts'
import { processorMsOf } from './processor-time.ts'

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

export type PoolAnswer<Answer> =
  | { readonly ok: true; readonly answer: Answer }
  | { readonly ok: false; readonly code: PoolFailureCode; readonly message: string; readonly told?: string | undefined }

export type PoolFailureCode =
  /** It used up its processor time. */
  | 'timeout'
  /** V8 aborts when its heap is full. */
  | 'memory_limit'
  /** The program threw, or the job cannot be copied: a defect of ours. */
  | 'crashed'
  /** Too many jobs wait, or the machine is too busy to run this one. */
  | 'overloaded'
  /** No child can be started, or somebody else ends them. */
  | 'unavailable'
  | 'stopping'

export interface ChildPoolOptions {
  readonly clock: Clock
  /** The file that a child runs; see `programBeside`. */
  readonly program: string
  /** Children at most that work for anybody; they start when needed. One more is held back for owners who use little. */
  readonly processes?: number
  /** Processor time of a job, where the machine tells it; else time from the moment a ready child is given the job. */
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

/** No code from text, a small heap, and of the machine nothing but what it gives up itself once it has loaded: files to read, and a thread. */
const confinement = (heapMb: number): string[] => [
  '--disallow-code-generation-from-strings',
  `--max-old-space-size=${heapMb}`,
  '--max-semi-space-size=8',
  '--permission',
  '--allow-fs-read=*',
  '--allow-worker',
  '--no-warnings',
]

/** Of a core that the event loop wants too, a child gets a tenth: whoever only sends a webhook does not wait for somebody's expression. */
function yieldToOthers(pid: number | undefined): void {
  try {
    if (pid !== undefined) setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL)
  } catch {
    // It ended at once, which is told by its exit; or the system does not allow it, and all are equal.
  }
}

/** An owner is light whose use of late and whose next job are less than this together. Nobody of whom nothing is known is. */
const LIGHT_MS = 100

interface Waiting<Job, Answer> {
  readonly owner: string
  readonly job: Job
  readonly resolve: (answer: PoolAnswer<Answer>) => void
  /** It was under way in a child that was ended from outside. */
  readonly isAgain: boolean
}

interface Child<Job, Answer> {
  readonly process: ChildProcess
  ready: boolean
  current: Waiting<Job, Answer> | undefined
  charge: Charge | undefined
  /** It works for an owner who uses little. */
  isLight: boolean
  timer: Timer | undefined
  /** What its job last told of itself. */
  told: string | undefined
  /** Processor time that it had used when it was ready, and when it last came to rest. */
  bootMs: number
  cpuMs: number
}

/**
 * The pool's life: a job waits in the queue, goes to a child that is ready, and is answered by the child's message, its
 * death (out of memory), or the timer that kills it. A child has one job at a time.
 *
 * Where there is more than enough to do, a spare child starts while the others work: it takes the place of the next one that is
 * killed, or the jobs of owners who use little, whom nobody else can keep waiting. Who has a child killed pays for the start of another.
 */
export function createChildPool<Job, Answer>(options: ChildPoolOptions): ChildPool<Job, Answer> {
  const { clock, program, processes: childrenMax = 2, cpuMs = 250, heapMb = 64, queueMax = 2000 } = options
  type Member = Child<Job, Answer>
  const accounts = createAccounts(clock.monotonic)
  const costMs = (owner: string) => accounts.usedMs(owner) + accounts.expectedMs(owner)
  const isLight = (owner: string) => costMs(owner) < LIGHT_MS
  const queue = createFairQueue<Waiting<Job, Answer>>({ sizeMax: queueMax, monotonic: clock.monotonic, costMs })
  const children = new Set<Member>()
  let stopped = false
  let lastKill = -Infinity

  function finish(child: Member, answer: PoolAnswer<Answer>, tookMs: number): void {
    const { current, charge } = child
    child.timer?.cancel()
    child.current = undefined
    child.charge = undefined
    charge?.end(tookMs)
    current?.resolve(answer.ok ? answer : { ...answer, told: child.told })
  }

  function kill(child: Member, answer: PoolAnswer<Answer>): void {
    children.delete(child)
    if (child.current !== undefined) lastKill = clock.monotonic()
    const tookMs = usedBy(child) + child.bootMs
    child.process.kill('SIGKILL')
    finish(child, answer, tookMs)
    dispatch()
  }

  /** Processor time of its job so far; where nobody tells, all that the job may take. */
  function usedBy(child: Member): number {
    const ms = processorMsOf(child.process.pid) - child.cpuMs
    return Number.isFinite(ms) ? ms : child.current === undefined ? 0 : cpuMs
  }

  function give(child: Member, waiting: Waiting<Job, Answer>): void {
    child.current = waiting
    child.told = undefined
    child.isLight = isLight(waiting.owner)
    child.charge = accounts.begin(waiting.owner)
    child.timer?.cancel()
    watch(child)
    try {
      child.process.send(waiting.job as object, (error) => {
        // The child is about to be gone. Why, is told by its end.
        if (error) child.process.kill('SIGKILL')
      })
    } catch (error) {
      finish(child, failed('crashed', error instanceof Error ? error.message : String(error)), 0)
      rest(child)
    }
  }

  /** Of all that waits, if a child is left for it; else what may have the child that is held back. */
  function next(): Waiting<Job, Answer> | undefined {
    const others = [...children].filter((child) => child.current !== undefined && !child.isLight).length
    return others < childrenMax ? queue.shift() : queue.shift(isLight)
  }

  function watch(child: Member, since = clock.monotonic()): void {
    child.timer = clock.after(cpuMs, () => {
      // It is gone already, and nobody tells its processor time any more; what ended it is about to be heard.
      if (child.process.exitCode !== null || child.process.signalCode !== null) return
      const used = processorMsOf(child.process.pid) - child.cpuMs
      if (used >= cpuMs) kill(child, failed('timeout', `It was stopped after ${cpuMs} ms.`))
      else if (clock.monotonic() - since < STARVED_MS) watch(child, since)
      else kill(child, failed('overloaded', `The machine gave it less than ${cpuMs} ms of processor time in ${STARVED_MS} ms.`))
    })
  }

  function rest(child: Member): void {
    const waiting = next()
    if (waiting) give(child, waiting)
    else child.timer = clock.after(IDLE_MS, () => kill(child, stopping))
  }

  function start(): void {
    const process = fork(program, [], {
      env: {},
      execArgv: confinement(heapMb),
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    })
    const child: Member = {
      process,
      ready: false,
      current: undefined,
      charge: undefined,
      isLight: false,
      bootMs: 0,
      cpuMs: 0,
      told: undefined,
      timer: clock.after(BOOT_MS, () => failBoot(child, 'it did not start in time')),
    }
    children.add(child)
    yieldToOthers(process.pid)
    // Neither the child nor its channel keeps this process alive: who waits for an answer holds something open anyway.
    process.unref()
    process.channel?.unref()
    process.on('message', (message) => heard(child, message as ChildMessage<Answer>))
    process.on('error', (error) => died(child, { how: error.message, whose: 'outside' }))
    process.on('exit', (code, signal) => {
      const end = () => died(child, { how: `ended with ${signal ?? code}`, whose: whoseEnd({ code, signal }) })
      // What it told last may still be in the channel.
      if (process.connected) process.once('disconnect', end)
      else end()
    })
  }

  function heard(child: Member, message: ChildMessage<Answer>): void {
    if (message.kind === 'told') {
      child.told = message.told
      return
    }
    child.timer?.cancel()
    const tookMs = message.cpuMs - child.cpuMs
    child.cpuMs = message.cpuMs
    if (message.kind === 'ready') [child.ready, child.bootMs] = [true, message.cpuMs]
    else finish(child, message.kind === 'answer' ? { ok: true, answer: message.answer } : failed('crashed', message.message), tookMs)
    if (children.has(child)) rest(child)
    dispatch()
  }

  function died(child: Member, { how, whose }: { how: string; whose: EndOf }): void {
    if (!children.has(child)) return
    if (!child.ready) return failBoot(child, how)
    if (whose === 'heap') return kill(child, failed('memory_limit', 'It needed more memory than it may have.'))
    if (whose === 'program') return kill(child, failed('crashed', `The process ${how}.`))
    const { current } = child
    if (current === undefined || current.isAgain) return kill(child, failed('unavailable', `The process ${how}.`))
    // Nobody knows how far it came, and it has no effects: another child begins it anew, once.
    child.current = undefined
    kill(child, stopping)
    enqueue({ ...current, isAgain: true })
  }

  /** Without a child nothing can be computed: the queue is answered rather than starting children for ever. */
  function failBoot(child: Member, reason: string): void {
    children.delete(child)
    child.timer?.cancel()
    child.process.kill('SIGKILL')
    if ([...children].some(({ ready }) => ready)) return
    for (const waiting of queue.drain()) waiting.resolve(failed('unavailable', `No process: ${reason}.`))
  }

  function enqueue(waiting: Waiting<Job, Answer>): void {
    const displaced = queue.push(waiting.owner, waiting)
    displaced?.resolve(failed('overloaded', 'Too many jobs wait.'))
    dispatch()
  }

  function dispatch(): void {
    for (const child of children) {
      if (queue.size === 0) break
      if (!child.ready || child.current !== undefined) continue
      const waiting = next()
      if (waiting === undefined) break
      give(child, waiting)
    }
    if (wantsChild() && !stopped) start()
  }

  /** One at a time: starting is work too. */
  function wantsChild(): boolean {
    const all = [...children]
    const starting = all.filter((child) => !child.ready).length
    if (starting > 0) return queue.size > starting && all.length < childrenMax
    if (all.length < childrenMax && queue.size > 0) return true
    const killsLately = clock.monotonic() - lastKill < IDLE_MS
    // Ahead of need: all that there are have work, and there is more, or they are killed now and then.
    return all.length <= childrenMax && all.every((child) => child.current !== undefined) && (queue.size > 0 || killsLately)
  }

  async function stop(): Promise<void> {
    stopped = true
    for (const waiting of queue.drain()) waiting.resolve(stopping)
    const ending = [...children].map((child) => {
      children.delete(child)
      const gone = new Promise((resolve) => child.process.once('exit', resolve))
      child.process.ref()
      child.process.kill('SIGKILL')
      finish(child, stopping, 0)
      return gone
    })
    await Promise.all(ending)
  }

  return {
    run(job, { owner }) {
      if (stopped) return Promise.resolve(stopping)
      return new Promise((resolve) => enqueue({ owner, job, resolve, isAgain: false }))
    },
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

const failed = (code: PoolFailureCode, message: string) => ({ ok: false, code, message }) as const

const stopping = failed('stopping', 'The process is stopping.')
