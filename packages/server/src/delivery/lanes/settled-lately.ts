import type { Task } from '#store'

/** Answers that overtake each other are at most so far apart; later, a copy of a task costs a needless send and nothing more. */
const KEPT_MS = 2000

/**
 * The tasks that were settled in the last seconds. On a store with several connections, an answer that was read before a settlement may
 * come after it; the task in it is gone, but sending it again would only be refused after the receiver had it twice.
 */
export interface SettledLately {
  add(task: Task, monotonic: number): void
  has(task: Task): boolean
  clear(): void
}

export function createSettledLately(): SettledLately {
  // The due of the last settled task by delivery. Two generations: forgetting one at a time costs nothing.
  let young = new Map<string, number>()
  let old = new Map<string, number>()
  let youngSince = -Infinity

  return {
    add(task, monotonic) {
      if (monotonic - youngSince >= KEPT_MS) {
        old = monotonic - youngSince >= 2 * KEPT_MS ? new Map() : young
        young = new Map()
        youngSince = monotonic
      }
      young.set(keyOf(task), task.due)
    },
    has(task) {
      const key = keyOf(task)
      const due = young.get(key) ?? old.get(key)
      return due !== undefined && task.due <= due
    },
    clear() {
      young = new Map()
      old = new Map()
    },
  }
}

/** A resend has a due of its own, beside that of a retry. */
export function keyOf(task: Task): string {
  return task.manual ? `${task.delivery}!` : task.delivery
}
