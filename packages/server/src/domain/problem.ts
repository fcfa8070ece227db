import { errors, type ErrorCode } from '@posthorn/contract'
import type { FieldFault } from './app-error.ts'

export interface ProblemAbout {
  /** In place of the code's own sentence. */
  readonly detail?: string | undefined
  readonly requestId: string
  readonly fields?: readonly FieldFault[] | undefined
}

/**
 * The body of an error answer: RFC 9457 fields beside Svix's `code` and `detail` (decisions/the-shape-of-errors). With 422 `detail` is Svix's
 * list, and never an empty one: its clients show what stands there and nothing else. Others name fields where it is known which. `locOf` says a pointer as Svix says places.
 */
export function problemBody(code: ErrorCode, { detail, requestId, fields = [] }: ProblemAbout, locOf: (pointer: string) => string[]) {
  const { status, sentence } = errors[code]
  const base = { type: `urn:posthorn:error:${code}`, title: sentence, status, code, requestId }
  if (status !== 422) return { ...base, detail: detail ?? sentence, ...(fields.length > 0 && { errors: fields }) }
  const faults = faultsOf(code, { detail, fields })
  return {
    ...base,
    title: detail ?? sentence,
    detail: faults.map(({ pointer, message, code: type }) => ({ loc: locOf(pointer), msg: message, type })),
    errors: faults,
  }
}

/** What is said of fields: where nobody named one, what is wrong with the whole. */
export function faultsOf(code: ErrorCode, { detail, fields }: Pick<ProblemAbout, 'detail' | 'fields'>): readonly FieldFault[] {
  if (fields !== undefined && fields.length > 0) return fields
  return errors[code].status === 422 ? [{ pointer: '', message: detail ?? errors[code].sentence, code }] : []
}
