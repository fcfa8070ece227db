import type { z } from 'zod'
import { AppError, type FieldFault } from '#domain'

/** Reads a value by its schema, or tells every field that is not as it should be. */
export function check(schema: z.ZodType, value: unknown, where: 'body' | 'query'): unknown {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  throw new AppError('validation_error', { fields: result.error.issues.flatMap((issue) => faultsOf(issue, where)) })
}

function faultsOf(issue: z.core.$ZodIssue, where: 'body' | 'query'): FieldFault[] {
  const pointer =
    where === 'query'
      ? `?${issue.path.join('.')}`
      : issue.path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ pointer: `${pointer}/${key}`, code: 'unknown_field', message: `There is no field "${key}" here.` }))
  }
  return [{ pointer, code: issue.code, message: issue.message }]
}
