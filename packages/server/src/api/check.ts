import { escapePointer, faultSentence, jsonPointer, unknownMember } from '@posthorn/contract'
import type { z } from 'zod'
import { AppError, type FieldFault } from '#domain'
import { faultOfEntries } from './check-sizes.ts'

/** Who has so many faults has one in what writes the body, and sees it from the first ones. */
const FAULTS_MAX = 100
/** Of so many unknown members of an answer it is said which were meant; looking for that takes time. */
const EXPLAINED_MAX = 10

/** Reads a value by its schema, or reports every field that is not as it should be. */
export function check(schema: z.ZodType, value: unknown, where: 'body' | 'query'): unknown {
  const unread = faultOfEntries(schema, value)
  if (unread !== undefined) throw new AppError('validation_error', { fields: [unread] })
  const result = schema.safeParse(value, { error: faultSentence })
  if (result.success) return result.data
  // An empty text is too short and of the wrong form: one word for each field is enough.
  const fields = new Map<string, FieldFault>()
  const checking: Checking = { schema, value, where, explained: 0 }
  for (const issue of result.error.issues.slice(0, FAULTS_MAX)) {
    for (const fault of faultsOf(issue, checking)) if (!fields.has(fault.pointer)) fields.set(fault.pointer, fault)
  }
  throw new AppError('validation_error', { fields: [...fields.values()].slice(0, FAULTS_MAX) })
}

interface Checking {
  readonly schema: z.ZodType
  readonly value: unknown
  readonly where: 'body' | 'query'
  /** Unknown members of which it was said. */
  explained: number
}

function faultsOf(issue: z.core.$ZodIssue, checking: Checking): FieldFault[] {
  const { schema, value, where } = checking
  const pointer =
    where === 'query'
      ? `?${String(issue.path[0] ?? '')}` // a list has no members of its own there
      : jsonPointer(issue.path)
  if (issue.code === 'unrecognized_keys') {
    const place = { schema, value, path: issue.path }
    return issue.keys.slice(0, FAULTS_MAX).map((key) => ({
      pointer: where === 'query' ? `?${key}` : `${pointer}/${escapePointer(key)}`,
      code: 'unknown_field',
      message: checking.explained++ < EXPLAINED_MAX ? unknownMember(place, key) : 'There is no such field here.',
    }))
  }
  // Of alternatives, the one that was meant is the one whose inside is wrong; a value that fits none at its top gets the general word.
  const meant = issue.code === 'invalid_union' ? issue.errors.find((issues) => issues.every(({ path }) => path.length > 0)) : undefined
  if (meant) return meant.flatMap((inner) => faultsOf({ ...inner, path: [...issue.path, ...inner.path] }, checking))
  return [{ pointer, code: isMissing(issue) ? 'required' : issue.code, message: issue.message }]
}

/** zod keeps the input out of its finished issues; a missing one is reported in our own sentence. */
function isMissing(issue: z.core.$ZodIssue): boolean {
  return issue.code === 'invalid_type' && issue.message.startsWith('This field is required')
}
