import { CommitUnknownError, type Claim, type Store } from '../../packages/server/src/store/index.ts'

export type StoreOperation = Exclude<keyof Store, 'engine' | 'db' | 'onChange' | 'close'>

/** Called by the events that pass: when the n-th call fails no more, the events have passed without an injection. */
export const calledByEvents = [
  'accept',
  'commitRuns',
  'settle',
  'reserve',
  'loadDeliveries',
  'loadRuns',
  'replies',
  'mutate',
] as const satisfies readonly StoreOperation[]
/** Called again and again while the program lives. */
export const calledByTime = [
  'claim',
  'refill',
  'release',
  'heldRuns',
  'wakeDueRuns',
  'openGates',
  'dueSchedules',
  'beat',
  'adoptRuns',
  'changes',
] as const satisfies readonly StoreOperation[]
/** Those whose outcome can be unknown: the connection broke after COMMIT was sent. */
export const commits = ['accept', 'commitRuns', 'settle', 'reserve', 'mutate'] as const satisfies readonly StoreOperation[]

export interface Injection {
  readonly operation: StoreOperation
  /** Which call of it fails, counted from when it is armed. */
  readonly call: number
  /** `refused`: nothing was kept. `unknown`: all was kept, but the caller cannot know. */
  readonly how: 'refused' | 'unknown'
}

type Unreported = Pick<Claim, 'lanes' | 'tasks'>
type Operation = (...parameters: unknown[]) => Promise<unknown>

/** A store whose calls fail when a test says so. */
export function createFailingStore(store: Store) {
  let armed: Injection | undefined
  let left = 0
  let unreported: Unreported = { lanes: [], tasks: [] }
  const operations = new Map<string | symbol, Operation>()

  /** Lanes that a lost answer took are told by a later claim. */
  const recalling = async (claim: Operation, parameters: readonly unknown[]): Promise<Claim> => {
    const claimed = (await claim(...parameters)) as Claim
    const { lanes, tasks } = unreported
    unreported = { lanes: [], tasks: [] }
    return { ...claimed, lanes: [...claimed.lanes, ...lanes], tasks: [...claimed.tasks, ...tasks] }
  }

  const failing = (name: string | symbol, operation: Operation): Operation => {
    return async (...parameters) => {
      if (armed?.operation !== name || --left !== 0) return name === 'claim' ? recalling(operation, parameters) : operation(...parameters)
      const { how } = armed
      if (how === 'refused') throw new Error(`injected: ${String(name)} was refused`)
      const { lanes = [], tasks = [] } = ((await operation(...parameters)) ?? {}) as Partial<Unreported>
      unreported = { lanes: [...unreported.lanes, ...lanes], tasks: [...unreported.tasks, ...tasks] }
      throw new CommitUnknownError(new Error(`injected: ${String(name)} was kept, but nobody knows`))
    }
  }

  return {
    store: new Proxy(store, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name)
        if (typeof value !== 'function') return value
        if (name === 'onChange') return value.bind(target)
        let operation = operations.get(name)
        if (operation === undefined) operations.set(name, (operation = failing(name, value.bind(target) as Operation)))
        return operation
      },
    }),
    arm(injection: Injection) {
      armed = injection
      left = injection.call
    },
    get happened(): boolean {
      return left <= 0
    },
    disarm() {
      armed = undefined
    },
  }
}
