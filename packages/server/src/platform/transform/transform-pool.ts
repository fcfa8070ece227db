import type { Clock } from '../clock.ts'
import { createComputePool } from '../compute/compute-pool.ts'
import type { ComputeJob, ComputeReading, ReadText } from '../compute/compute-job.ts'
import { createChildPool, type ChildPoolOptions } from '../sandbox/child-pool.ts'
import type { PoolFailureCode } from '../sandbox/pool-answer.ts'
import { programBeside } from '../sandbox/program-beside.ts'
import {
  compilationOf,
  createTransformCache,
  type TransformCache,
  type TransformCompilation,
  type TransformKey,
} from './transform-cache.ts'
import type { ChildAnswer, ChildJob, Reading, TransformAnswer, TransformJob } from './transform-job.ts'

/**
 * JSONata, away from this process: it is parsed and run in children that can be killed, and this process does not even load it. What
 * a child finds out about an expression (its fault, the tree of one that is cheap) is kept, so that each is read once.
 */
export interface Transforms {
  /** Applies an expression, code or a schema in a child. Never rejects: a killed child is an answer too. `owner`: whose work it is. */
  evaluate(job: TransformJob | ComputeJob, owner: string): Promise<TransformAnswer>
  /** Reads an expression, in a child unless it is known. */
  compile(expression: string, terms: CompileTerms): Promise<TransformCompilation | CompileBusy>
  /** Reads code or a schema, in a child unless it is known. */
  read(text: ComputeReading, owner: string): Promise<ReadText | 'busy'>
  /** What is known of an expression without asking anybody. */
  known(expression: string, variables?: readonly string[]): TransformCompilation | undefined
}

export interface CompileTerms {
  readonly owner: string
  /** Names that it may use as `$name`, beside JSONata's own. */
  readonly variables?: readonly string[]
}

/** Nobody knows yet: too many wait, a child broke, or this process is stopping. */
export interface CompileBusy {
  readonly ok: 'busy'
}

export interface TransformPool extends Transforms, AsyncDisposable {
  /** Ends the children; what still waits is answered with `stopping`. */
  stop(): Promise<void>
}

export interface TransformPoolOptions extends Pick<ChildPoolOptions, 'processes' | 'queueMax'> {
  readonly clock: Clock
  /** Pools that share one read no expression twice. */
  readonly cache?: TransformCache
}

const CPU_MS = 250

/** What the pool says of its children, said of an expression. */
const failures: Readonly<Record<PoolFailureCode, { readonly code: string; readonly message?: string }>> = {
  timeout: { code: 'timeout', message: `The expression was stopped after ${CPU_MS} ms.` },
  memory_limit: { code: 'memory_limit', message: 'The expression needed more memory than it may have.' },
  crashed: { code: 'transform_error' },
  overloaded: { code: 'overloaded' },
  unavailable: { code: 'transform_unavailable' },
  stopping: { code: 'stopping' },
}

/** What cannot be read within the limits, twice, is a fault of the expression; that nobody could read it is not. */
const unread: Readonly<Partial<Record<PoolFailureCode, string>>> = {
  timeout: `reading it takes more than ${CPU_MS} ms of processor time`,
  memory_limit: 'reading it takes more memory than it may have',
}

export function createTransformPool(options: TransformPoolOptions): TransformPool {
  const { cache = createTransformCache(), ...rest } = options
  const program = programBeside('./transform-process', import.meta.url)
  const pool = createChildPool<ChildJob, ChildAnswer>({ ...rest, program, cpuMs: CPU_MS })
  // Its children start once somebody has a step that needs them.
  const compute = createComputePool(rest)
  const reading = new Map<string, Promise<TransformCompilation | CompileBusy>>()

  const keep = (of: TransformKey, read: Reading): TransformCompilation => {
    const compilation = compilationOf(of, read)
    const inline = compilation.ok && compilation.transform.inline !== undefined
    cache.set(of, compilation, inline && read.ok ? read.nodes : 0)
    return compilation
  }

  const readAnew = async (expression: string, variables: readonly string[], owner: string): Promise<TransformCompilation | CompileBusy> => {
    const ask = () => pool.run({ expression, read: variables, apply: null }, { owner })
    let answered = await ask()
    // What is kept decides over deliveries until the next start, so one child's end is not believed: another one reads it too.
    if (!answered.ok && unread[answered.code] !== undefined) answered = await ask()
    if (answered.ok) return keep({ expression, variables }, answered.answer.reading!)
    const message = unread[answered.code]
    return message === undefined ? { ok: 'busy' } : keep({ expression, variables }, { ok: false, message })
  }

  const stop = async (): Promise<void> => void (await Promise.all([pool.stop(), compute.stop()]))

  return {
    async evaluate(job, owner) {
      if ('kind' in job) return compute.compute(job, owner)
      const { expression, ...apply } = job
      const variables = Object.keys(apply.variables ?? {})
      const isKnown = cache.get(expression, variables) !== undefined
      const answered = await pool.run({ expression, read: isKnown ? null : variables, apply }, { owner })
      if (!answered.ok) return { ok: false, message: answered.message, ...failures[answered.code] }
      if (answered.answer.reading !== null) keep({ expression, variables }, answered.answer.reading)
      return answered.answer.applied!
    },
    compile(expression, { owner, variables = [] }) {
      const known = cache.get(expression, variables)
      if (known) return Promise.resolve(known)
      const key = [...variables, expression].join(' ')
      const underWay = reading.get(key) ?? readAnew(expression, variables, owner).finally(() => reading.delete(key))
      reading.set(key, underWay)
      return underWay
    },
    known: (expression, variables = []) => cache.get(expression, variables),
    read: compute.read,
    stop,
    [Symbol.asyncDispose]: stop,
  }
}
