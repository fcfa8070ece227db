/** What was, what is, and what was taken back. */
export interface History<Value> {
  readonly past: readonly Value[]
  readonly present: Value
  readonly future: readonly Value[]
}

/** As far back as anybody goes. */
const STEPS_MAX = 200

export function historyOf<Value>(present: Value): History<Value> {
  return { past: [], present, future: [] }
}

export function changed<Value>({ past, present }: History<Value>, next: Value): History<Value> {
  return { past: [...past, present].slice(-STEPS_MAX), present: next, future: [] }
}

export function undone<Value>(history: History<Value>): History<Value> {
  const before = history.past.at(-1)
  if (before === undefined) return history
  return { past: history.past.slice(0, -1), present: before, future: [history.present, ...history.future] }
}

export function redone<Value>(history: History<Value>): History<Value> {
  const [next, ...future] = history.future
  if (next === undefined) return history
  return { past: [...history.past, history.present], present: next, future }
}
