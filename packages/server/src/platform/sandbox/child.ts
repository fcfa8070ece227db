import { fork, type ChildProcess } from 'node:child_process'
import { constants, setPriority } from 'node:os'
import type { Timer } from '../clock.ts'
import type { Charge } from './accounts.ts'
import type { ChildMessage } from './child-message.ts'
import { whoseEnd, type EndOf } from './end-of-child.ts'
import { failed, type PoolAnswer } from './pool-answer.ts'
import { processorMsOf } from './processor-time.ts'

export interface Waiting<Job, Answer> {
  readonly owner: string
  readonly job: Job
  readonly resolve: (answer: PoolAnswer<Answer>) => void
  /** It was under way in a child that was ended from outside. */
  readonly isAgain: boolean
}

/** How a child ended, as far as it can be seen from outside. */
export interface ChildEnd {
  readonly how: string
  readonly whose: EndOf
}

export interface ChildOptions<Job, Answer> {
  readonly program: string
  readonly heapMb: number
  readonly heard: (child: Child<Job, Answer>, message: ChildMessage<Answer>) => void
  readonly ended: (child: Child<Job, Answer>, end: ChildEnd) => void
}

/**
 * One process, which has one job at a time:
 *
 *   booting --ready()--> resting --begin(job)--> working --finish()--> resting
 *   any     --its end, or end()--> gone
 */
export class Child<Job, Answer> {
  /** It works for an owner who uses little. */
  isLight = false
  /** The place that its job last reported. */
  place: string | undefined
  /** Whatever is waited for of it at present: its start, the end of its job, somebody who needs it. */
  timer: Timer | undefined
  readonly #process: ChildProcess
  #ready = false
  #current: Waiting<Job, Answer> | undefined
  #charge: Charge | undefined
  /** Processor time that it had used when it was ready, and when it last came to rest. */
  #bootMs = 0
  #cpuMs = 0

  constructor({ program, heapMb, heard, ended }: ChildOptions<Job, Answer>) {
    const child = fork(program, [], {
      env: {},
      execArgv: confinement(heapMb),
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    })
    this.#process = child
    yieldToOthers(child.pid)
    // Neither the child nor its channel keeps this process alive: who waits for an answer holds something open anyway.
    child.unref()
    child.channel?.unref()
    child.on('message', (message) => heard(this, message as ChildMessage<Answer>))
    child.on('error', (error) => ended(this, { how: error.message, whose: 'outside' }))
    child.on('exit', (code, signal) => {
      const end = () => ended(this, { how: `ended with ${signal ?? code}`, whose: whoseEnd({ code, signal }) })
      // What it reported last may still be in the channel.
      if (child.connected) child.once('disconnect', end)
      else end()
    })
  }

  get ready(): boolean {
    return this.#ready
  }

  get current(): Waiting<Job, Answer> | undefined {
    return this.#current
  }

  /** Not where the machine refused another process. */
  get wasStarted(): boolean {
    return this.#process.pid !== undefined
  }

  get isGone(): boolean {
    return this.#process.exitCode !== null || this.#process.signalCode !== null
  }

  /** Processor time since it last came to rest; infinite where the machine does not say. */
  get usedMs(): number {
    return processorMsOf(this.#process.pid) - this.#cpuMs
  }

  /** What its start took. */
  get bootMs(): number {
    return this.#bootMs
  }

  /** It says so itself, with the processor time that it has used. */
  boot(cpuMs: number): void {
    this.#ready = true
    this.#bootMs = this.#cpuMs = cpuMs
  }

  /** It came to rest; the processor time of its job. */
  rest(cpuMs: number): number {
    const tookMs = cpuMs - this.#cpuMs
    this.#cpuMs = cpuMs
    return tookMs
  }

  /** The job is its own from now on. */
  begin(waiting: Waiting<Job, Answer>, charge: Charge): void {
    this.#current = waiting
    this.#charge = charge
    this.place = undefined
    this.timer?.cancel()
  }

  /** Undefined: the job is on its way to the process. */
  send(job: Job): PoolAnswer<Answer> | undefined {
    try {
      this.#process.send(job as object, (error) => {
        // The child is about to be gone. Its end says why.
        if (error) this.#process.kill('SIGKILL')
      })
      return undefined
    } catch (error) {
      return failed('crashed', error instanceof Error ? error.message : String(error))
    }
  }

  /** Answers whoever waits for its job, and charges its owner. */
  finish(answer: PoolAnswer<Answer>, tookMs: number): void {
    const [current, charge] = [this.#current, this.#charge]
    this.timer?.cancel()
    this.#current = this.#charge = undefined
    charge?.end(tookMs)
    current?.resolve(answer.ok ? answer : { ...answer, place: this.place })
  }

  /** Its job goes to another child: nobody is answered. */
  takeBack(): void {
    this.#current = undefined
  }

  kill(): void {
    this.#process.kill('SIGKILL')
  }

  /** The same, for whoever waits until it is gone. */
  end(): Promise<void> {
    const gone = new Promise<void>((resolve) => this.#process.once('exit', () => resolve()))
    this.#process.ref()
    this.kill()
    return gone
  }
}

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
    // It ended at once, which its exit shows; or the system does not allow it, and all are equal.
  }
}
