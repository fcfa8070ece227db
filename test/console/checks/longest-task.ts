import type { Browser } from 'playwright-core'

interface TraceEvent {
  readonly name: string
  readonly ph: string
  readonly tid: number
  /** How long the task had the processor, in microseconds. */
  readonly tdur?: number
  readonly args: { readonly name?: string }
}

/**
 * Watches the pages of a browser from now on. What it returns tells the longest task of a page since, in processor time: by the clock any
 * task is long on a machine that does other things meanwhile.
 */
export async function watchTasks(browser: Browser): Promise<() => Promise<number>> {
  await browser.startTracing(undefined, { categories: ['-*', 'toplevel'] })
  return async () => {
    const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as { readonly traceEvents: readonly TraceEvent[] }
    const ofPages = traceEvents.filter(({ name, args }) => name === 'thread_name' && /Renderer(Main|Thread)$/.test(args.name!))
    const threads = new Set(ofPages.map(({ tid }) => tid))
    const tasks = traceEvents.filter(({ name, ph, tid }) => name.endsWith('RunTask') && ph === 'X' && threads.has(tid))
    if (tasks.length === 0) throw new Error('The browser told of no task at all')
    return tasks.reduce((longest, { tdur = 0 }) => Math.max(longest, tdur / 1000), 0)
  }
}
