import { readFileSync, readdirSync } from 'node:fs'

/** Clock ticks of Linux are 10 ms. */
const TICK_MS = 10

/** Processor time of a process so far, of all its threads: the figure that others on the machine disturb least. */
export const processorMs = (pid: number): number => readStat(`/proc/${pid}/stat`)

/** The same by thread, by what Node calls them: `node-MainThread`, `store`. Threads of one name count together. */
export function threadsMs(pid: number): ReadonlyMap<string, number> {
  const threads = new Map<string, number>()
  for (const id of readdirSync(`/proc/${pid}/task`)) {
    try {
      const name = readFileSync(`/proc/${pid}/task/${id}/comm`, 'utf8').trim()
      threads.set(name, (threads.get(name) ?? 0) + readStat(`/proc/${pid}/task/${id}/stat`))
    } catch {
      // It ended between the listing and the look.
    }
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
  const told = Object.entries(spent).toSorted(([, a], [, b]) => b - a)
  return `${told.map(([name, ms]) => `${name} ${Math.round((ms / each) * 1000)}`).join(', ')} us`
}

/** The name, in brackets, may hold spaces, so fields are counted behind it. */
function readStat(file: string): number {
  const stat = readFileSync(file, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS
}
