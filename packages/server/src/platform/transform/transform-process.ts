import jsonata from 'jsonata'
import { parseExactJson } from '#domain/exact-json'
import { serveJobs } from '../sandbox/serve-jobs.ts'
import { LinearRegex } from './linear-regex.ts'
import { OUTPUT_CHARACTERS_MAX, outputTooLarge, type TransformAnswer, type TransformJob } from './transform-job.ts'

/** The program of the child processes that run JSONata for the pool; it speaks JSON text both ways. */
const EXPRESSIONS_KEPT = 200
const OUT_OF_TIME = 'D1012'
/** JSONata ends most runaways by itself, which is cheaper than a new process; the pool's kill is for the others. */
const guards = { timeout: 200, stack: 5000, sequence: 1_000_000, RegexEngine: LinearRegex as unknown as RegExpConstructor }

/** For an expression that ran out of time without having had much of it: the machine was busy. The pool counts processor time. */
const patientGuards = { ...guards, timeout: 3000 }
const STARVED_MS = 100

const expressions = new Map<string, jsonata.Expression>()

function compiled(source: string): jsonata.Expression {
  const known = expressions.get(source)
  if (known) return known
  const expression = jsonata(source, guards)
  if (expressions.size >= EXPRESSIONS_KEPT) expressions.delete(expressions.keys().next().value ?? '')
  expressions.set(source, expression)
  return expression
}

async function answer(job: TransformJob, cpuMs: () => number): Promise<TransformAnswer> {
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
