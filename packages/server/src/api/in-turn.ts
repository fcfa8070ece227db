/** The last work of each name that is under way or waits, for each owner. */
const queues = new WeakMap<object, Map<string, Promise<unknown>>>()

/** Runs works of one name one after the other, in the order in which they were asked for. `waited`: another one ran before it meanwhile. */
export async function inTurn<Result>(owner: object, name: string, work: (waited: boolean) => Promise<Result>): Promise<Result> {
  let queue = queues.get(owner)
  if (queue === undefined) queues.set(owner, (queue = new Map()))
  const before = queue.get(name)
  const mine = before === undefined ? work(false) : before.then(() => work(true))
  const settled = mine.then(
    () => undefined,
    () => undefined,
  )
  queue.set(name, settled)
  try {
    return await mine
  } finally {
    if (queue.get(name) === settled) queue.delete(name)
  }
}
