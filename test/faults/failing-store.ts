import { CommitUnknownError, type Store } from '../../packages/server/src/store/index.ts'

export type StoreOperation =
  | 'accept'
  | 'commitRuns'
  | 'settle'
  | 'claim'
  | 'refill'
  | 'release'
  | 'loadDeliveries'
  | 'loadRuns'
  | 'heldRuns'
  | 'replies'

export const storeOperations: readonly StoreOperation[] = [
  'accept',
  'commitRuns',
  'settle',
  'claim',
  'refill',
  'release',
  'loadDeliveries',
  'loadRuns',
  'heldRuns',
  'replies',
]
/** Those whose outcome can be unknown: the connection broke after COMMIT was sent. */
export const commits: readonly StoreOperation[] = ['accept', 'commitRuns', 'settle']

export interface Injection {
  readonly operation: StoreOperation
  /** Which call of it fails, counted from when it is armed. */
  readonly call: number
  /** `refused`: nothing was kept. `unknown`: all was kept, but the caller cannot know. */
  readonly how: 'refused' | 'unknown'
}

/** A store whose calls fail when a test says so. */
export function createFailingStore(store: Store) {
  let armed: Injection | undefined
  let left = 0
  const failing = new Proxy(store, {
    get(target, name, receiver) {
      const value: unknown = Reflect.get(target, name, receiver)
      if (typeof value !== 'function' || armed?.operation !== name) return typeof value === 'function' ? value.bind(target) : value
      return async (...parameters: unknown[]) => {
        const { how } = armed!
        if (--left !== 0) return (value as (...all: unknown[]) => unknown).apply(target, parameters)
        if (how === 'refused') throw new Error(`injected: ${String(name)} was refused`)
        await (value as (...all: unknown[]) => unknown).apply(target, parameters)
        throw new CommitUnknownError(new Error(`injected: ${String(name)} was kept, but nobody knows`))
      }
    },
  })
  return {
    store: failing,
    arm(injection: Injection) {
      armed = injection
      left = injection.call
    },
    /** Ends the injection; tells whether it happened. */
    disarm(): boolean {
      armed = undefined
      return left <= 0
    },
  }
}
