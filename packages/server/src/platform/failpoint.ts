/**
 * A place where a test may kill the process, to see what a restart makes of it. Named `room.place`; costs a function call that
 * does nothing unless POSTHORN_FAILPOINT names it.
 */
export interface Failpoint {
  (name: string): void
  /** How it was asked for, to be asked for again in a thread. */
  readonly spec?: string
}

export const noFailpoint: Failpoint = () => {}

const deaths = {
  /** The process, as `kill -9` does. */
  kill: () => process.kill(process.pid, 'SIGKILL'),
  /** In a thread: the thread alone. */
  exit: () => process.exit(1),
  memory() {
    const kept: unknown[] = []
    for (;;) kept.push(Array.from({ length: 100_000 }, () => kept.length))
  },
} as const

/**
 * `delivery.after_send` kills at the first pass, `delivery.after_send:7` at the seventh. `store.heard:7:exit` ends the thread that passes
 * there, and `store.heard:7:memory` lets it run out of memory. `store.applied=20` keeps it for 20 ms at each pass, as a slow disk would.
 */
export function createFailpoint(spec: string | undefined): Failpoint {
  if (spec === undefined || spec === '') return noFailpoint
  const [slow, stallMs] = spec.split('=')
  if (stallMs !== undefined) return Object.assign((name: string) => void (name === slow && stall(Number(stallMs))), { spec })
  const [wanted, passes = '1', death = 'kill'] = spec.split(':')
  let left = Number(passes)
  const pass = (name: string): void => {
    if (name === wanted && --left === 0) deaths[death as keyof typeof deaths]()
  }
  return Object.assign(pass, { spec })
}

function stall(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}
