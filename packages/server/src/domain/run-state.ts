import { runStatuses, type RunStatus } from './status.ts'

/**
 * The life of a run.
 *
 *   (new) --> queued --> running --> ok | ko
 *     |         ^  ^       |  ^
 *     |         |  +-------+  | its delivery ended, its delay is over
 *     |         |          v  |
 *     +----> running     waiting            any but a terminal one --> cancelled
 *
 * - `queued`: nobody runs it yet: its flow limits concurrency and it waits for its turn in the flow's lane, or a process that was
 *   stopping gave it back.
 * - `running`: the session in `holder` runs it, from its last commit on. Most runs are created so and are `ok` or `ko` with their next
 *   commit. When the session dies another adopts it: still `running`, another holder.
 * - `waiting`: parked by a commit on a delivery, a delay or a chunk of a loop; it costs nothing but its row. The settlement of the
 *   delivery (or the time) wakes it: `running` again, or `queued` where the flow limits concurrency.
 * - `ok`, `ko`: its last step ended, or a fault was not handled. Each answers a caller who still waits. They are final: run again and
 *   replay make a new run.
 * - `cancelled`: by a person or with its flow. Its unsent and retrying deliveries are cancelled in the same commit. Final.
 *
 * A run that only answers its caller is run before it is kept, and created `ok`.
 *
 * Each commit compares and raises `rev`, so of two processes that believe they hold a run one gets `lost`.
 */
const next: Readonly<Record<RunStatus, readonly RunStatus[]>> = {
  queued: ['running', 'waiting', 'ok', 'ko', 'cancelled'],
  running: ['queued', 'waiting', 'ok', 'ko', 'cancelled'],
  waiting: ['queued', 'running', 'cancelled'],
  ok: [],
  ko: [],
  cancelled: [],
}

/** In what a run may be created. */
export const newRunStatuses: readonly RunStatus[] = ['queued', 'running', 'ok']

export const terminalRunStatuses: readonly RunStatus[] = ['ok', 'ko', 'cancelled']

/** Whether a store may write `to` over `from`. The same status again (another segment, another holder) is always allowed but for terminal ones. */
export function mayRunGo(from: RunStatus, to: RunStatus): boolean {
  return next[from].includes(to) || (from === to && !terminalRunStatuses.includes(from))
}

/** Every move there is, for tests that walk them. */
export const runMoves: readonly (readonly [RunStatus, RunStatus])[] = runStatuses.flatMap((from) =>
  next[from].map((to) => [from, to] as const),
)
