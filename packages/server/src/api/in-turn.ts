import { AppError } from '#domain'
import type { Clock } from '#platform'

interface Queue {
  last: Promise<unknown>
  length: number
}

/** The works of each name that are under way or wait, for each owner. */
const queues = new WeakMap<object, Map<string, Queue>>()

/** So many wait for one name; whoever comes then is asked to come again. */
const WAITING_MAX = 100
/** So long a work waits. Half of what a call under an Idempotency-Key has before its retry takes it for dead, so that no two of them run. */
const WAIT_MS_MAX = 30_000

export interface InTurn {
  readonly owner: object
  readonly name: string
  readonly clock: Pick<Clock, 'monotonic'>
}

/**
 * Runs works of one name one after the other, in the order in which they were asked for. `waited`: another one ran before it meanwhile.
 * Throws `overloaded` where too many wait, or one has waited too long: then nothing of it was begun.
 */
export async function inTurn<Result>({ owner, name, clock }: InTurn, work: (waited: boolean) => Promise<Result>): Promise<Result> {
  let named = queues.get(owner)
  if (named === undefined) queues.set(owner, (named = new Map()))
  const queue = named.get(name) ?? { last: Promise.resolve(), length: 0 }
  if (queue.length > WAITING_MAX) throw new AppError('overloaded')
  const latest = clock.monotonic() + WAIT_MS_MAX
  const begin = (): Promise<Result> => {
    if (clock.monotonic() > latest) throw new AppError('overloaded')
    return work(true)
  }
  const mine = queue.length === 0 ? work(false) : queue.last.then(begin)
  queue.last = mine.then(
    () => undefined,
    () => undefined,
  )
  queue.length++
  named.set(name, queue)
  try {
    return await mine
  } finally {
    queue.length--
    if (queue.length === 0) named.delete(name)
  }
}
