import type { Topics } from '#coordination'
import { keptReply, type Reply, type RunId, type RunStatus } from '#domain'
import { Batcher, type WakeUps, type Clock, type Log, type Timer } from '#platform'
import type { RunReply, Store } from '#store'

/** What the record of a run says to its callers. `reply` is null if it ended without one. */
export interface Replied {
  readonly kind: 'replied'
  readonly status: RunStatus
  readonly reply: Reply | null
}

/** What became of a run that a caller waits for. */
export type Awaited =
  | Replied
  /** The time was over, or this process stops: the run goes on without its caller. */
  | { readonly kind: 'timeout' }

export interface Waiting {
  readonly answer: Promise<Awaited>
  /** The caller is gone, or was answered otherwise. */
  cancel(): void
}

/** The wake-up is heard at once, and usually what other processes say; this is for what was lost. */
const POLL_MS = 250
/** The store is asked about all, but so many at a time. */
const RUNS_ASKED_MAX = 500

interface Caller {
  readonly settle: (answer: Awaited) => void
  readonly timer: Timer
}

export interface WaitersDeps {
  readonly clock: Clock
  readonly log: Log
  readonly wakeUps: WakeUps<Topics>
  readonly store: Pick<Store, 'replies' | 'answerRuns' | 'onHint'>
}

/** Callers that wait for the replies of runs, in this process. */
export class Waiters {
  readonly #deps: WaitersDeps
  readonly #callers = new Map<RunId, Set<Caller>>()
  /** Callers that came at the same time are late at the same time. */
  readonly #late: Batcher<{ readonly run: RunId; readonly reply: string }, RunReply | undefined>
  readonly #unlisten: () => void
  #poll: Timer | undefined
  #isStopped = false

  constructor(deps: WaitersDeps) {
    const { clock, store, wakeUps } = deps
    this.#deps = deps
    this.#late = new Batcher({
      clock,
      async run(answers) {
        const kept = new Map((await store.answerRuns(answers)).map((one) => [one.run, one]))
        return answers.map(({ run }) => kept.get(run))
      },
    })
    store.onHint(({ replied }) => {
      void this.#look(replied)
    })
    this.#unlisten = wakeUps.listen('run.replied', ({ run, status, reply }) => this.#settle(run, { kind: 'replied', status, reply }))
  }

  get waiting(): number {
    return this.#callers.size
  }

  /** Begin before the run's commit: its reply may be heard of before the commit's promise. */
  wait(run: RunId, timeoutMs: number): Waiting {
    if (this.#isStopped) return { answer: Promise.resolve({ kind: 'timeout' }), cancel() {} }
    const { promise, resolve } = Promise.withResolvers<Awaited>()
    const leave = () => {
      caller.timer.cancel()
      const others = this.#callers.get(run)
      others?.delete(caller)
      if (others?.size === 0) this.#callers.delete(run)
    }
    const caller: Caller = {
      settle(answer) {
        leave()
        resolve(answer)
      },
      timer: this.#deps.clock.after(timeoutMs, () => caller.settle({ kind: 'timeout' })),
    }
    const others = this.#callers.get(run)
    if (others === undefined) this.#callers.set(run, new Set([caller]))
    else others.add(caller)
    this.#arm()
    return { answer: promise, cancel: leave }
  }

  /**
   * Answers a run for a caller whose time is over, in the place of its flow, before the caller hears it: its copies hear the same, and the
   * flow's own answer comes too late. Where the run was answered already, or has ended, answers that instead.
   */
  async answerLate(run: RunId, reply: Reply): Promise<Replied> {
    const kept = await this.#late.add({ run, reply: keptReply(reply, this.#deps.clock.now()) })
    const answer = kept === undefined ? ({ kind: 'replied', status: 'running', reply } as const) : repliedOf(kept)
    this.#settle(run, answer)
    return answer
  }

  /** Answers all that still wait, and whoever comes to wait, with `timeout`. */
  stop(): void {
    this.#isStopped = true
    this.#unlisten()
    for (const run of this.#callers.keys()) this.#settle(run, { kind: 'timeout' })
    this.#poll?.cancel()
  }

  #settle(run: RunId, answer: Awaited): void {
    for (const caller of this.#callers.get(run) ?? []) caller.settle(answer)
  }

  async #look(runs: readonly RunId[]): Promise<void> {
    const { store, log } = this.#deps
    try {
      for (let i = 0; i < runs.length; i += RUNS_ASKED_MAX) {
        // Who was answered meanwhile waits no more.
        const awaited = runs.slice(i, i + RUNS_ASKED_MAX).filter((run) => this.#callers.has(run))
        if (awaited.length === 0) continue
        for (const kept of await store.replies(awaited)) this.#settle(kept.run, repliedOf(kept))
      }
    } catch (error) {
      log.warn('ingest.replies.unread', { error })
    }
  }

  #arm(): void {
    this.#poll ??= this.#deps.clock.after(POLL_MS, () => {
      void this.#look([...this.#callers.keys()]).finally(() => {
        this.#poll = undefined
        if (this.#callers.size > 0) this.#arm()
      })
    })
  }
}

/** As the store has it. */
export function repliedOf({ status, reply }: RunReply): Replied {
  return { kind: 'replied', status, reply: reply === null ? null : (JSON.parse(reply) as Reply) }
}
