import type { Clock } from '../clock.ts'
import { createChildPool, type ChildPoolOptions } from '../sandbox/child-pool.ts'
import type { PoolFailureCode } from '../sandbox/pool-answer.ts'
import { programBeside } from '../sandbox/program-beside.ts'
import type { ComputeAnswer, ComputeJob, ComputeReading, ReadText } from './compute-job.ts'

/** Code and schemas that people write, away from this process, in children that can be killed. */
export interface ComputePool {
  /** Never rejects: a killed child is an answer too. */
  compute(job: ComputeJob, owner: string): Promise<ComputeAnswer>
  /** `busy`: nobody could read it. */
  read(text: ComputeReading, owner: string): Promise<ReadText | 'busy'>
  stop(): Promise<void>
}

const CPU_MS = 250

const failures: Readonly<Record<PoolFailureCode, { readonly code: string; readonly message?: string }>> = {
  timeout: { code: 'timeout', message: `The step was stopped after ${CPU_MS} ms.` },
  memory_limit: { code: 'memory_limit', message: 'The step needed more memory than it may have.' },
  crashed: { code: 'code_error', message: 'The step broke the process that it ran in.' },
  overloaded: { code: 'overloaded' },
  unavailable: { code: 'transform_unavailable' },
  stopping: { code: 'stopping' },
}

const READ_KEPT_MAX = 1000
const OUTPUT_CHARACTERS_MAX = 1024 * 1024

export function createComputePool(options: Pick<ChildPoolOptions, 'processes' | 'queueMax'> & { readonly clock: Clock }): ComputePool {
  const program = programBeside('./compute-process', import.meta.url)
  const pool = createChildPool<ComputeJob | ComputeReading, ComputeAnswer | ReadText>({
    ...options,
    program,
    cpuMs: CPU_MS,
  })
  const known = new Map<string, ReadText>()

  return {
    async compute(job, owner) {
      const answered = await pool.run(job, { owner })
      if (!answered.ok) return { ok: false, message: answered.message, ...failures[answered.code] }
      const answer = answered.answer as ComputeAnswer
      if (!answer.ok || answer.output.length <= OUTPUT_CHARACTERS_MAX) return answer
      return { ok: false, code: 'output_too_large', message: `The output is longer than ${OUTPUT_CHARACTERS_MAX} characters.` }
    },
    async read(text, owner) {
      const key = JSON.stringify(text)
      const before = known.get(key)
      if (before !== undefined) return before
      const answered = await pool.run(text, { owner })
      const read = answered.ok ? (answered.answer as ReadText) : unread(answered.code)
      if (read === undefined) return 'busy'
      if (known.size >= READ_KEPT_MAX) known.delete(known.keys().next().value ?? '')
      known.set(key, read)
      return read
    },
    stop: pool.stop,
  }
}

/** What cannot be read within the limits is a fault of the text; that nobody could read it is not. */
function unread(code: PoolFailureCode): ReadText | undefined {
  if (code === 'timeout') return { fault: `reading it takes more than ${CPU_MS} ms of processor time`, stepsRead: [] }
  if (code === 'memory_limit' || code === 'crashed') return { fault: 'reading it takes more memory than it may have', stepsRead: [] }
  return undefined
}
