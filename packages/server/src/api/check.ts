import { faultSentence, unknownMember } from '@posthorn/contract'
import type { z } from 'zod'
import { AppError, type FieldFault } from '#domain'

/** Reads a value by its schema, or tells every field that is not as it should be. */
export function check(schema: z.ZodType, value: unknown, where: 'body' | 'query'): unknown {
  const result = schema.safeParse(value, { error: faultSentence })
  if (result.success) return result.data
  const faults = result.error.issues.flatMap((issue) => faultsOf(issue, { schema, where }))
  // An empty text is too short and of the wrong form: one word for each field is enough.
  const fields = faults.filter(({ pointer }, i) => faults.findIndex((first) => first.pointer === pointer) === i)
  throw new AppError('validation_error', { fields })
}

interface Checking {
  readonly schema: z.ZodType
  readonly where: 'body' | 'query'
}

function faultsOf(issue: z.core.$ZodIssue, checking: Checking): FieldFault[] {
  const { schema, where } = checking
  const pointer =
    where === 'query'
      ? `?${String(issue.path[0] ?? '')}` // a list has no members of its own there
      : issue.path.map((part) => `/${escaped(String(part))}`).join('')
  if (issue.code === 'unrecognized_keys') {
    const at = issue.path.filter((part) => typeof part === 'string')
    return issue.keys.map((key) => ({
      pointer: where === 'query' ? `?${key}` : `${pointer}/${escaped(key)}`,
      code: 'unknown_field',
      message: unknownMember(schema, at, key),
    }))
  }
  // Of alternatives, the one that was meant is the one whose inside is wrong; a value that fits none at its top gets the general word.
  const meant = issue.code === 'invalid_union' ? issue.errors.find((issues) => issues.every(({ path }) => path.length > 0)) : undefined
  if (meant) return meant.flatMap((inner) => faultsOf({ ...inner, path: [...issue.path, ...inner.path] }, checking))
  return [{ pointer, code: isMissing(issue) ? 'required' : issue.code, message: issue.message }]
}

function escaped(part: string): string {
  return part.replaceAll('~', '~0').replaceAll('/', '~1')
}

/** zod keeps the input out of its finished issues; a missing one is told by our own sentence. */
function isMissing(issue: z.core.$ZodIssue): boolean {
  return issue.code === 'invalid_type' && issue.message.startsWith('This field is required')
}
