import { fork, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Clock, Timer } from '../clock.ts'
import { createFairQueue } from './fair-queue.ts'
import { processorMsOf } from './processor-time.ts'
import type { ChildMessage, TransformAnswer, TransformJob } from './transform-job.ts'

/** Runs JSONata away from this process. Never rejects: a killed child is an answer too. */
export interface TransformPool extends AsyncDisposable {
  /** `owner`: whose work it is. Where jobs wait, the owners take turns. */
  evaluate(job: TransformJob, owner: string): Promise<TransformAnswer>
  /** Ends the children; what still waits is answered with `stopping`. */
  stop(): Promise<void>
}

export interface TransformPoolOptions {
  readonly clock: Clock
  /** Children at most; they start when needed. */
  readonly processes?: number
  /** Processor time of a job, where the machine tells it; else time from the moment a ready child is given the job. */
  readonly killMs?: number
  readonly queueMax?: number
}

/** A child that loads its libraries on a loaded machine may take this long, and no longer. */
const BOOT_MS = 10_000
/** A child that gets no processor time is waited for this many times as long, because a busy machine is no fault of the expression. */
const LOOKS_MAX = 12
/** A child without work goes after this, so that an idle process is small. */
const IDLE_MS = 60_000

/** No code from text, a small heap, and of the machine only the files to load itself from. */
const confinement = [
  '--disallow-code-generation-from-strings',
  '--max-old-space-size=64',
  '--max-semi-space-size=8',
  '--permission',
  '--allow-fs-read=*',
  '--no-warnings',
]

interface Waiting {
  readonly job: TransformJob
  readonly resolve: (answer: TransformAnswer) => void
}

interface Child {
  readonly process: ChildProcess
  ready: boolean
  current: Waiting | undefined
  timer: Timer | undefined
  /** Processor time that it had used when it last came to rest. */
  cpuMs: number
}

/**
 * The pool's life: a job waits in the queue, goes to a child that is ready, and is answered by the child's message, its
 * death (out of memory), or the timer that kills it. A child has one job at a time, and a dead one is replaced when the
 * queue needs it.
 *
 * Processes, not worker threads: one large allocation in a thread (`$length($pad("x", 400000000))`) makes V8 abort the
 * whole process, `resourceLimits` or not; and only a process can be denied code from text, files and the network.
 */
export function createTransformPool(options: TransformPoolOptions): TransformPool {
  const { clock, processes: childrenMax = 2, killMs = 250, queueMax = 2000 } = options
  const queue = createFairQueue<Waiting>()
  const children = new Set<Child>()
  let stopped = false

  function finish(child: Child, answer: TransformAnswer): void {
    const { current } = child
    child.timer?.cancel()
    child.current = undefined
    current?.resolve(answer)
  }

  function kill(child: Child, answer: TransformAnswer): void {
    children.delete(child)
    child.process.kill('SIGKILL')
    finish(child, answer)
    dispatch()
  }

  function give(child: Child, waiting: Waiting): void {
    child.current = waiting
    child.timer?.cancel()
    watch(child, 1)
    child.process.send(waiting.job, (error) => {
      if (error && child.current === waiting) kill(child, { ok: false, code: 'transform_error', message: error.message })
    })
  }

  function watch(child: Child, looks: number): void {
    child.timer = clock.after(killMs, () => {
      const used = processorMsOf(child.process.pid) - child.cpuMs
      if (used < killMs && looks < LOOKS_MAX) watch(child, looks + 1)
      else kill(child, { ok: false, code: 'timeout', message: `The expression was stopped after ${killMs} ms.` })
    })
  }

  function rest(child: Child): void {
    const next = queue.shift()
    if (next) give(child, next)
    else child.timer = clock.after(IDLE_MS, () => kill(child, stopping))
  }

  function start(): void {
    const program = fileURLToPath(
      new URL(import.meta.url.endsWith('.ts') ? './transform-process.ts' : './transform-process.js', import.meta.url),
    )
    const process = fork(program, [], {
      env: {},
      execArgv: confinement,
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    })
    const child: Child = {
      process,
      ready: false,
      current: undefined,
      cpuMs: 0,
      timer: clock.after(BOOT_MS, () => failBoot(child, 'it did not start in time')),
    }
    children.add(child)
    // Neither the child nor its channel keeps this process alive: who waits for an answer holds something open anyway.
    process.unref()
    process.channel?.unref()
    process.on('message', (message) => {
      const { answer, cpuMs } = message as ChildMessage
      child.timer?.cancel()
      child.cpuMs = cpuMs
      if (answer === null) child.ready = true
      else finish(child, answer)
      if (children.has(child)) rest(child)
    })
    process.on('error', (error) => died(child, error.message))
    process.on('exit', (code, signal) => died(child, `ended with ${signal ?? code}`))
  }

  function died(child: Child, how: string): void {
    if (!children.has(child)) return
    if (!child.ready) return failBoot(child, how)
    // V8 aborts when its heap is full; nothing else in an expression can make it.
    kill(child, { ok: false, code: 'memory_limit', message: 'The expression needed more memory than it may have.' })
  }

  /** Without a child nothing can be computed: the queue is answered rather than starting children for ever. */
  function failBoot(child: Child, reason: string): void {
    children.delete(child)
    child.timer?.cancel()
    child.process.kill('SIGKILL')
    for (const waiting of queue.drain())
      waiting.resolve({ ok: false, code: 'transform_unavailable', message: `No process for expressions: ${reason}.` })
  }

  function dispatch(): void {
    for (const child of children) {
      if (queue.size === 0) return
      if (child.ready && child.current === undefined) give(child, queue.shift()!)
    }
    const starting = [...children].filter((child) => !child.ready).length
    if (queue.size > starting && children.size < childrenMax && !stopped) start()
  }

  async function stop(): Promise<void> {
    stopped = true
    for (const waiting of queue.drain()) waiting.resolve(stopping)
    const ending = [...children].map((child) => {
      children.delete(child)
      const gone = new Promise((resolve) => child.process.once('exit', resolve))
      child.process.ref()
      child.process.kill('SIGKILL')
      finish(child, stopping)
      return gone
    })
    await Promise.all(ending)
  }

  return {
    evaluate(job, owner) {
      if (stopped) return Promise.resolve(stopping)
      if (queue.size >= queueMax) return Promise.resolve({ ok: false, code: 'overloaded', message: 'Too many expressions wait.' })
      return new Promise((resolve) => {
        queue.push(owner, { job, resolve })
        dispatch()
      })
    },
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

const stopping: TransformAnswer = { ok: false, code: 'stopping', message: 'The process is stopping.' }
