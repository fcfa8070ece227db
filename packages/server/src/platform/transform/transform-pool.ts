import type { Clock } from '../clock.ts'
import { createChildPool, programBeside, type ChildPoolOptions, type PoolFailureCode } from '../sandbox/child-pool.ts'
import type { TransformAnswer, TransformJob } from './transform-job.ts'

/** Runs JSONata away from this process. Never rejects: a killed child is an answer too. */
export interface TransformPool extends AsyncDisposable {
  /** `owner`: whose work it is. Where jobs wait, the owners take turns. */
  evaluate(job: TransformJob, owner: string): Promise<TransformAnswer>
  /** Ends the children; what still waits is answered with `stopping`. */
  stop(): Promise<void>
}

export interface TransformPoolOptions extends Pick<ChildPoolOptions, 'processes' | 'queueMax'> {
  readonly clock: Clock
}

const EVALUATION_CPU_MS = 250

/** What the pool says of its children, said of an expression. */
const failures: Readonly<Record<PoolFailureCode, { readonly code: string; readonly message?: string }>> = {
  timeout: { code: 'timeout', message: `The expression was stopped after ${EVALUATION_CPU_MS} ms.` },
  memory_limit: { code: 'memory_limit', message: 'The expression needed more memory than it may have.' },
  crashed: { code: 'transform_error' },
  overloaded: { code: 'overloaded', message: 'Too many expressions wait.' },
  unavailable: { code: 'transform_unavailable' },
  stopping: { code: 'stopping' },
}

export function createTransformPool(options: TransformPoolOptions): TransformPool {
  const pool = createChildPool<TransformJob, TransformAnswer>({
    ...options,
    program: programBeside('./transform-process', import.meta.url),
    cpuMs: EVALUATION_CPU_MS,
  })
  return {
    async evaluate(job, owner) {
      const answered = await pool.run(job, { owner })
      return answered.ok ? answered.answer : { ok: false, message: answered.message, ...failures[answered.code] }
    },
    stop: pool.stop,
    [Symbol.asyncDispose]: pool.stop,
  }
}
