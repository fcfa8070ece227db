import jsonata from 'jsonata'
import { parseExactJson } from '#domain/exact-json'
import { serveJobs } from '../sandbox/serve-jobs.ts'
import { createWeightedCache } from '../sandbox/weighted-cache.ts'
import { LinearRegex } from './linear-regex.ts'
import { readExpression } from './read-expression.ts'
import {
  OUTPUT_CHARACTERS_MAX,
  outputTooLarge,
  unreadable,
  type ChildAnswer,
  type ChildJob,
  type TransformAnswer,
  type TransformJob,
} from './transform-job.ts'

/** The program of the child processes that run JSONata for the pool; it speaks JSON text both ways. */
/** Of all that are kept, together. A character may become a hundred bytes of tree, and the heap has 64 MiB. */
const KEPT_CHARACTERS_MAX = 160 * 1024
const OUT_OF_TIME = 'D1012'
/** JSONata ends most runaways by itself, which is cheaper than a new process; the pool's kill is for the others. */
const guards = { timeout: 200, stack: 5000, sequence: 1_000_000, RegexEngine: LinearRegex as unknown as RegExpConstructor }

/** For an expression that ran out of time without having had much of it: the machine was busy. The pool counts processor time. */
const patientGuards = { ...guards, timeout: 3000 }
const STARVED_MS = 100

const expressions = createWeightedCache<jsonata.Expression>(KEPT_CHARACTERS_MAX)

function compiled(source: string): jsonata.Expression {
  const known = expressions.get(source)
  if (known) return known
  const expression = jsonata(source, guards)
  expressions.set(source, expression, source.length)
  return expression
}

/** An expression that cannot be read is not applied either. */
async function answer({ expression, read, apply }: ChildJob, cpuMs: () => number): Promise<ChildAnswer> {
  const reading = read === null ? null : readExpression(expression, read, compiled)
  if (apply === null) return { reading, applied: null }
  if (reading?.ok === false) return { reading, applied: unreadable(reading.message) }
  return { reading, applied: await applied({ expression, ...apply }, cpuMs) }
}

async function applied(job: TransformJob, cpuMs: () => number): Promise<TransformAnswer> {
  try {
    const value = await evaluate(job, cpuMs)
    const output = typeof value === 'function' ? 'null' : (JSON.stringify(value) ?? 'null')
    return output.length <= OUTPUT_CHARACTERS_MAX ? { ok: true, output } : outputTooLarge
  } catch (error) {
    return failure(error)
  }
}

async function evaluate({ expression, input, variables }: TransformJob, cpuMs: () => number): Promise<unknown> {
  const began = cpuMs()
  const root = parseExactJson(input)
  try {
    return await compiled(expression).evaluate(root, variables)
  } catch (error) {
    if ((error as { code?: unknown } | null)?.code !== OUT_OF_TIME || cpuMs() - began > STARVED_MS) throw error
    return await jsonata(expression, patientGuards).evaluate(root, variables)
  }
}

function failure(error: unknown): TransformAnswer {
  const { code, message } = typeof error === 'object' && error !== null ? (error as { code?: unknown; message?: unknown }) : {}
  if (code === OUT_OF_TIME) return { ok: false, code: 'timeout', message: 'The expression ran for too long.' }
  return {
    ok: false,
    code: 'transform_error',
    message: `${typeof code === 'string' ? `${code}: ` : ''}${String(message ?? error).slice(0, 500)}`,
  }
}

serveJobs(answer)
