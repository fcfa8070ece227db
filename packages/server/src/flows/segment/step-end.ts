import { parseExactJson, type Fault } from '#domain'
import type { CompiledNext, CompiledStep } from '../definition/compiled-flow.ts'
import type { StepResult } from '../mapping/context.ts'
import { TemplateError } from '../mapping/tokens.ts'
import { TooLargeError } from './json-within.ts'
import { loopRecordsMax, type Loop } from './loops.ts'
import type { RunInputs } from './run-inputs.ts'
import type { StepEnd } from './step-outcome.ts'
import type { StepRecord } from './step-record.ts'

export function resumed(resume: NonNullable<RunInputs['resume']>): StepEnd {
  if (resume.kind === 'due') return { kind: 'done', status: 'OK' }
  if (resume.kind === 'timed_out') return timedOut
  if (resume.kind === 'computed') {
    const { answer } = resume
    if (answer.ok) return { kind: 'done', status: 'OK', output: parseExactJson(answer.output) }
    return { ...failedWith(answer.code, answer.message), ...(answer.paths !== undefined && { paths: answer.paths }) }
  }
  const { ok, code, message, status, body, headers, encoding } = resume.outcome
  const more = { ...(headers !== undefined && { headers }), ...(encoding !== undefined && { encoding }) }
  const output = { status, ...more, body: encoding === undefined ? bodyValue(body) : body }
  if (ok) return { kind: 'done', status: 'OK', output }
  return { ...failedWith(code ?? 'failed', message ?? 'The delivery failed.'), output }
}

/** JSON where the receiver sent JSON, else its text. */
function bodyValue(body: string | null): unknown {
  if (body === null || body === '') return null
  try {
    return parseExactJson(body)
  } catch {
    return body
  }
}

/** What data can do to a template or to the engine's own limits; undefined: a defect of ours. */
export function failureOfData(error: unknown): StepEnd | undefined {
  if (error instanceof TooLargeError) return failedWith('output_too_large', error.message)
  if (error instanceof TemplateError) return failedWith('template_error', error.message)
  // The call stack, or the longest text there can be.
  if (error instanceof RangeError) return failedWith('template_error', 'What the step makes nests too deep or is too long.')
  return undefined
}

export const failedWith = (code: string, message: string): Extract<StepEnd, { kind: 'failed' }> => ({ kind: 'failed', code, message })

/** What the step waited for may come later, and changes nothing then. */
export const timedOut = failedWith('timeout', 'The step took longer than it may.')

export function faultOf(step: CompiledStep, { code, message, paths = [] }: Extract<StepEnd, { kind: 'failed' }>): Fault {
  return { provider: step.kind, step_id: step.id, code, message, paths }
}

export function resultOf({ status, code, output }: StepRecord): StepResult {
  return { status: status as StepResult['status'], ...(code === undefined ? {} : { code }), ...(output === undefined ? {} : { output }) }
}

export function matches({ status, code }: CompiledNext, record: StepRecord): boolean {
  if (code !== undefined && code !== record.code) return false
  if (status === 'TIMEOUT') return record.status === 'KO' && record.code === 'timeout'
  return status === 'any' || status === record.status
}

/** How a loop ends, after the last of its items that was begun. */
export function endOfLoop(
  { items, failed }: Loop,
  { output, isFull, isLate }: { readonly output: readonly object[]; readonly isFull: boolean; readonly isLate: boolean },
): StepEnd {
  if (isLate) return { ...timedOut, output }
  if (isFull) return { ...failedWith('too_many_steps', `After ${loopRecordsMax} steps a run begins no further item of a loop.`), output }
  if (failed === 0) return { kind: 'done', status: 'OK', output }
  return { ...failedWith('items_failed', `${failed} of ${items.length} items failed.`), output }
}
