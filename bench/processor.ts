import { readFileSync, readdirSync } from 'node:fs'

/** Clock ticks of Linux are 10 ms. */
const TICK_MS = 10

/** Processor time so far of a process with all its threads, and of those it started: the figure that others on the machine disturb least. */
export function processorMs(pid: number): number {
  const { own, ended } = readStat(`/proc/${pid}/stat`)
  return childrenOf(pid).reduce((ms, child) => ms + orNothing(() => processorMs(child), 0), own + ended)
}

/** The same by thread, by what Node calls them: `node-MainThread`, `store`. Threads of one name count together. */
export function threadsMs(pid: number): ReadonlyMap<string, number> {
  const threads = new Map<string, number>()
  for (const id of readdirSync(`/proc/${pid}/task`)) {
    orNothing(() => {
      const name = readFileSync(`/proc/${pid}/task/${id}/comm`, 'utf8').trim()
      threads.set(name, (threads.get(name) ?? 0) + readStat(`/proc/${pid}/task/${id}/stat`).own)
    }, undefined)
  }
  return threads
}

/** What each thread did between two looks, busiest first: `main 61, store 48, other 6 us`. */
export function tellThreads(before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>, each: number): string {
  const spent = { main: 0, other: 0 } as Record<string, number>
  for (const [name, ms] of after) {
    const kind = name.endsWith('MainThread') ? 'main' : /^(store|reads)/.test(name) ? name : 'other'
    spent[kind] = (spent[kind] ?? 0) + ms - (before.get(name) ?? 0)
  }
  const said = Object.entries(spent).toSorted(([, a], [, b]) => b - a)
  return `${said.map(([name, ms]) => `${name} ${Math.round((ms / each) * 1000)}`).join(', ')} us`
}

/** Its own time, and that of its children which have ended. The name, in brackets, may hold spaces, so fields are counted behind it. */
function readStat(file: string): { readonly own: number; readonly ended: number } {
  const stat = readFileSync(file, 'utf8')
  const [user, system, endedUser, endedSystem] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 15)
    .map(Number)
  return { own: (user! + system!) * TICK_MS, ended: (endedUser! + endedSystem!) * TICK_MS }
}

function childrenOf(pid: number): number[] {
  const ofThread = (id: string) => orNothing(() => readFileSync(`/proc/${pid}/task/${id}/children`, 'utf8'), '').split(' ')
  return readdirSync(`/proc/${pid}/task`).flatMap(ofThread).filter(Boolean).map(Number)
}

/** A thread or process may end between the listing and the look. */
function orNothing<T>(look: () => T, nothing: T): T {
  try {
    return look()
  } catch {
    return nothing
  }
}
