import type { Topics } from '#coordination'
import type { Reply, RunId, RunStatus } from '#domain'
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

/** Callers that wait for the replies of runs, in this process. */
export interface Waiters {
  /** Begin before the run's commit: its reply may be told before the commit's promise is heard. */
  wait(run: RunId, timeoutMs: number): Waiting
  /**
   * Answers a run for a caller whose time is over, in the place of its flow, before the caller hears it: its copies hear the same, and the
   * flow's own answer comes too late. Where the run was answered already, or has ended, tells that instead.
   */
  answerLate(run: RunId, reply: Reply): Promise<Replied>
  readonly waiting: number
  /** Answers all that still wait, and whoever comes to wait, with `timeout`. */
  stop(): void
}

/** The wake-up is heard at once, and usually what other processes tell; this is for what was lost. */
const POLL_MS = 250
const POLL_RUNS_MAX = 500

interface Caller {
  readonly settle: (answer: Awaited) => void
  readonly timer: Timer
}

export function createWaiters(deps: {
  clock: Clock
  log: Log
  wakeUps: WakeUps<Topics>
  store: Pick<Store, 'replies' | 'answerRuns' | 'onHint'>
}): Waiters {
  const { clock, log, wakeUps, store } = deps
  const callers = new Map<RunId, Set<Caller>>()
  let poll: Timer | undefined
  let stopped = false

  const settle = (run: RunId, answer: Awaited) => {
    for (const caller of callers.get(run) ?? []) caller.settle(answer)
  }

  const look = async (runs: readonly RunId[]) => {
    for (const kept of await store.replies(runs)) settle(kept.run, repliedOf(kept))
  }

  /** Callers that came at the same time are late at the same time. */
  const late = new Batcher<{ readonly run: RunId; readonly reply: string }, RunReply | undefined>({
    clock,
    async run(answers) {
      const kept = new Map((await store.answerRuns(answers)).map((one) => [one.run, one]))
      return answers.map(({ run }) => kept.get(run))
    },
  })

  const lookSafely = (runs: readonly RunId[]) => look(runs).catch((error: unknown) => log.warn('ingest.replies.unread', { error }))

  const arm = () => {
    poll ??= clock.after(POLL_MS, () => {
      void lookSafely([...callers.keys()].slice(0, POLL_RUNS_MAX)).finally(() => {
        poll = undefined
        if (callers.size > 0) arm()
      })
    })
  }

  store.onHint(({ replied }) => {
    const awaited = replied.filter((run) => callers.has(run)).slice(0, POLL_RUNS_MAX)
    if (awaited.length > 0) void lookSafely(awaited)
  })
  const unlisten = wakeUps.listen('run.replied', ({ run, status, reply }) => settle(run, { kind: 'replied', status, reply }))

  return {
    wait(run, timeoutMs) {
      if (stopped) return { answer: Promise.resolve({ kind: 'timeout' }), cancel() {} }
      const { promise, resolve } = Promise.withResolvers<Awaited>()
      const leave = () => {
        caller.timer.cancel()
        const others = callers.get(run)
        others?.delete(caller)
        if (others?.size === 0) callers.delete(run)
      }
      const caller: Caller = {
        settle(answer) {
          leave()
          resolve(answer)
        },
        timer: clock.after(timeoutMs, () => caller.settle({ kind: 'timeout' })),
      }
      const others = callers.get(run)
      if (others === undefined) callers.set(run, new Set([caller]))
      else others.add(caller)
      arm()
      return { answer: promise, cancel: leave }
    },
    async answerLate(run, reply) {
      const kept = await late.add({ run, reply: JSON.stringify(reply) })
      const answer = kept === undefined ? ({ kind: 'replied', status: 'running', reply } as const) : repliedOf(kept)
      settle(run, answer)
      return answer
    },
    get waiting() {
      return callers.size
    },
    stop() {
      stopped = true
      unlisten()
      for (const run of callers.keys()) settle(run, { kind: 'timeout' })
      poll?.cancel()
    },
  }
}

/** As the store tells it. */
export function repliedOf({ status, reply }: RunReply): Replied {
  return { kind: 'replied', status, reply: reply === null ? null : (JSON.parse(reply) as Reply) }
}
