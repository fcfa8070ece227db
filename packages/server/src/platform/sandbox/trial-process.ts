import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import { serveJobs } from './serve-jobs.ts'

/** A program for the tests of the pool: each job is one way to behave. */
export type TrialJob =
  | { readonly kind: 'echo'; readonly value: unknown }
  | { readonly kind: 'spin'; readonly forMs?: number }
  /** In the process of this id, or in each, a signal; answers with the id of the process that outlived it. */
  | { readonly kind: 'signal'; readonly signal: NodeJS.Signals; readonly only?: number }
  | { readonly kind: 'confined'; readonly secretFile: string }
  | { readonly kind: 'fill' | 'throw' | 'end' | 'who' }

const { exit, kill, pid } = process

function answer(job: TrialJob, cpuMs: () => number, report: (place: string) => void): unknown {
  report('begun')
  report(job.kind)
  switch (job.kind) {
    case 'echo':
      return job.value
    case 'spin': {
      const end = cpuMs() + (job.forMs ?? 20_000)
      while (cpuMs() < end);
      return 'spun'
    }
    case 'signal':
      if ((job.only ?? pid) === pid) kill(pid, job.signal)
      return pid
    case 'who':
      return pid
    case 'fill': {
      const kept: number[][] = []
      for (;;) kept.push(Array.from({ length: 1000 }, (_, index) => index + kept.length))
    }
    case 'throw':
      throw new Error('thrown')
    case 'end':
      return exit(3)
    case 'confined':
      return {
        globals: ['process', 'fetch', 'WebAssembly'].filter((name) => name in globalThis),
        // oxlint-disable-next-line typescript/no-implied-eval -- it is to be refused
        code: refusal(() => Function('return 1')()),
        prototype: refusal(() => Object.defineProperty(Object.prototype, 'polluted', { value: 1 })),
        read: [job.secretFile, import.meta.filename].map((file) => refusal(() => readFileSync(file))),
        thread: refusal(() => new Worker('', { eval: true })),
        write: refusal(() => writeFileSync('./trial.txt', 'x')),
        spawn: refusal(() => spawnSync('true')),
      }
  }
}

function refusal(act: () => unknown): string {
  try {
    act()
    return 'allowed'
  } catch (error) {
    return (error as { code?: string }).code ?? 'refused'
  }
}

serveJobs(answer)
