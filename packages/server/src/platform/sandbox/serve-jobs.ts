import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { ChildMessage } from './child-message.ts'
import { programBeside } from './program-beside.ts'

/**
 * The other end of a `ChildPool`: what a child's program calls once, after its imports. It does one job at a time, so that killing
 * the process kills nobody else's work. Data cannot reach code by rights, but a library may have a hole, so the ways from data to
 * code are closed before the first job: no function is made from text (the pool starts it so), the process has no environment,
 * network or children, reads no file any more once it has loaded itself, and nobody can add to a shared prototype.
 */
export function serveJobs<Job, Answer>(
  /** `report`: where the job is, for whoever hears that it was killed. */
  answer: (job: Job, cpuMs: () => number, report: (place: string) => void) => Answer | Promise<Answer>,
): void {
  const parent = process
  const cpuMs = (): number => {
    const { user, system } = parent.cpuUsage()
    return (user + system) / 1000
  }
  const say = (message: ChildMessage<Answer>): void => void parent.send?.(message)
  // They are meant for the parent, which ends this process when it has heard the answers that it still waits for.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) parent.on(signal, () => undefined)
  parent.on('message', (job: Job) => {
    void (async () => {
      try {
        say({ kind: 'answer', answer: await answer(job, cpuMs, (place) => say({ kind: 'place', place })), cpuMs: cpuMs() })
      } catch (error) {
        say({ kind: 'threw', message: error instanceof Error ? error.message : String(error), cpuMs: cpuMs() })
      }
    })()
  })
  parent.on('disconnect', () => parent.exit(0))
  void watchParent(parent.ppid).then(() => {
    closeTheWaysOut()
    say({ kind: 'ready', cpuMs: cpuMs() })
  })
}

async function watchParent(parent: number): Promise<void> {
  const thread = new Worker(programBeside('./parent-watch-thread', import.meta.url), {
    workerData: parent,
    resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 1 },
  })
  await once(thread, 'message')
  thread.unref()
}

function closeTheWaysOut(): void {
  process.permission!.drop('fs.read')
  process.permission!.drop('worker')
  for (const name of ['process', 'require', 'fetch', 'WebSocket', 'EventSource', 'WebAssembly', 'Worker', 'navigator', 'localStorage']) {
    Reflect.deleteProperty(globalThis, name)
  }
  for (const shared of [Object, Array, String, Number, Boolean, RegExp, Map, Set, Promise, Error])
    void Object.preventExtensions(shared.prototype)
}
