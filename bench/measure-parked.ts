import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { createProduct, type Product } from '../test/support/product.ts'

/**
 * What runs that wait cost, and how late they wake: many jobs are parked by a `delay`, the program is killed and started again, and each run
 * goes on at its moment. Prints a table. `node bench/measure-parked.ts [runs] [spread in seconds] [URL of a PostgreSQL database]`
 */
const [count, spreadSeconds, databaseUrl] = [Number(process.argv[2] ?? 100_000), Number(process.argv[3] ?? 200), process.argv[4]]
const CALLERS = 32
/** Between the last job and the first moment: for the kill, the start, and a look at the memory. */
const REST_MS = 30_000

interface Listed {
  readonly data: readonly { readonly key: string; readonly status: string; readonly finishedAt: string | null }[]
  readonly iterator: string | null
  readonly done: boolean
}

/** Resident memory of the process, in MB. */
function residentMb({ pid }: Product): number {
  const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))!
  return Math.round(Number(kilobytes) / 1024)
}

async function startJobs(product: Product, moments: readonly number[]): Promise<void> {
  let next = 0
  const caller = async (): Promise<void> => {
    for (let i = next++; i < moments.length; i = next++)
      await product.api('POST', '/app/default/run', { flow: 'waits', key: String(moments[i]), document: { at: Math.floor(moments[i]!) } })
  }
  await Promise.all(Array.from({ length: CALLERS }, caller))
}

/** How late each of the runs whose moment is `first` or later ended, in milliseconds and in order. */
async function latenesses(product: Product, first: number): Promise<number[]> {
  const late: number[] = []
  let at = ''
  for (;;) {
    const page = await product.api<Listed>('GET', `/app/default/run?flow=waits&limit=250${at}`)
    for (const { key, status, finishedAt } of page.data.filter((run) => Number(run.key) >= first))
      late.push(status === 'ok' ? Date.parse(finishedAt!) - Number(key) : Infinity)
    if (page.done) return late.sort((a, b) => a - b)
    at = `&iterator=${page.iterator}`
  }
}

const product = await createProduct({ databaseUrl })
try {
  await product.start()
  const steps = [{ id: 'wait', kind: 'delay', until: '{{ body.at }}' }]
  await product.api('POST', '/app/default/flow', { uid: 'waits', name: 'Waits', trigger: { kind: 'job' }, steps })
  await product.api('POST', '/app/default/flow/waits/publish')
  // As many that end at once, before: what so many calls leave in a process is not what it costs that runs wait. They tell how long the calls take, too.
  const begun = performance.now()
  await startJobs(
    product,
    Array.from({ length: count }, (_, i) => Date.now() + i / 1_000_000),
  )
  const expectedMs = (performance.now() - begun) * 2
  await pause(5000)
  const before = residentMb(product)
  const first = Math.ceil(Date.now() + expectedMs + REST_MS)
  const parkedFrom = performance.now()
  await startJobs(
    product,
    Array.from({ length: count }, (_, i) => first + Math.floor(i * ((spreadSeconds * 1000) / count)) + i / 1_000_000),
  )
  const parkedMs = performance.now() - parkedFrom
  await pause(5000)
  const parked = residentMb(product)
  await product.kill()
  const from = performance.now()
  await product.start()
  const startMs = performance.now() - from
  await pause(5000)
  const restarted = residentMb(product)
  // At once: these say what they say also where the machine was too slow for the rest.
  console.log(
    `| runs parked | ${count}, ${Math.round(count / (parkedMs / 1000))} a second, on ${databaseUrl === undefined ? 'SQLite' : 'PostgreSQL'} |`,
  )
  console.log(`| resident memory before · parked · after kill and start | ${before} · ${parked} · ${restarted} MB |`)
  console.log(`| start with them | ${Math.round(startMs)} ms |`)
  const left = first - Date.now()
  if (left < 0) throw new Error('Parking took longer than was reckoned: give fewer runs.')
  await pause(left + spreadSeconds * 1000 + 5000)
  const late = await latenesses(product, first)
  const of = (share: number) => `${Math.round(late[Math.min(late.length - 1, Math.floor(late.length * share))]!)} ms`
  console.log(`| woken | ${late.filter((ms) => ms < Infinity).length} of ${late.length}, over ${spreadSeconds} s |`)
  console.log(`| late by: half · 99% · all | ${of(0.5)} · ${of(0.99)} · ${of(1)} |`)
} finally {
  await product.remove()
}
