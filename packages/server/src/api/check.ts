import type { z } from 'zod'
import { AppError, type FieldFault } from '#domain'

/** Reads a value by its schema, or tells every field that is not as it should be. */
export function check(schema: z.ZodType, value: unknown, where: 'body' | 'query'): unknown {
  const result = schema.safeParse(value, { error: sentenceOf })
  if (result.success) return result.data
  const faults = result.error.issues.flatMap((issue) => faultsOf(issue, where))
  // An empty text is too short and of the wrong form: one word for each field is enough.
  const fields = faults.filter(({ pointer }, i) => faults.findIndex((first) => first.pointer === pointer) === i)
  throw new AppError('validation_error', { fields })
}

function faultsOf(issue: z.core.$ZodIssue, where: 'body' | 'query'): FieldFault[] {
  const pointer =
    where === 'query'
      ? `?${String(issue.path[0] ?? '')}` // a list has no members of its own there
      : issue.path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ pointer: `${pointer}/${key}`, code: 'unknown_field', message: `There is no field "${key}" here.` }))
  }
  // Of alternatives, the one that was meant is the one whose inside is wrong; a value that fits none at its top gets the general word.
  const meant = issue.code === 'invalid_union' ? issue.errors.find((issues) => issues.every(({ path }) => path.length > 0)) : undefined
  if (meant) return meant.flatMap((inner) => faultsOf({ ...inner, path: [...issue.path, ...inner.path] }, where))
  return [{ pointer, code: isMissing(issue) ? 'required' : issue.code, message: issue.message }]
}

/** What is wrong and what to give instead, where the schema has no words of its own. */
function sentenceOf(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined
        ? `This field is required: give ${a(issue.expected)}.`
        : `Give ${a(issue.expected)}, not ${a(kindOf(issue.input))}.`
    case 'invalid_value':
      if (issue.values.includes('true') && issue.values.includes('no')) return 'Give true or false.'
      return issue.values.length === 1
        ? `Give ${JSON.stringify(issue.values[0])}.`
        : `Give one of ${issue.values.map((value) => JSON.stringify(value)).join(', ')}.`
    case 'too_small':
      return `Give at least ${issue.minimum}${unitOf(issue.origin)}.`
    case 'too_big':
      return `Give at most ${issue.maximum}${unitOf(issue.origin)}.`
    default:
      return undefined
  }
}

/** zod keeps the input out of its finished issues; a missing one is told by our own sentence. */
function isMissing(issue: z.core.$ZodIssue): boolean {
  return issue.code === 'invalid_type' && issue.message.startsWith('This field is required')
}

const words: Readonly<Record<string, string>> = { int: 'whole number', record: 'object' }

function a(kind: string): string {
  const word = words[kind] ?? kind
  if (/^(null|text|-?\d.*)$/.test(word)) return word
  return `${/^[aeiou]/.test(word) ? 'an' : 'a'} ${word}`
}

function kindOf(value: unknown): string {
  if (value === null) return 'null'
  if (typeof value === 'number') return Number.isNaN(value) ? 'text' : String(value)
  return Array.isArray(value) ? 'array' : typeof value
}

function unitOf(origin: string): string {
  return origin === 'string' ? ' characters' : origin === 'array' ? ' items' : ''
}
