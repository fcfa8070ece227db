import type { ErrorCode } from '@posthorn/contract'
import { pointerParts, problemBody, type ProblemAbout } from '#domain'

/** The body of an error answer of the API. */
export function problem(code: ErrorCode, about: ProblemAbout) {
  return problemBody(code, about, locOf)
}

/** `/eventTypes/0` -> ["body", "eventTypes", "0"]; `?limit` -> ["query", "limit"]. */
function locOf(pointer: string): string[] {
  if (pointer.startsWith('?')) return ['query', pointer.slice(1)]
  return ['body', ...pointerParts(pointer)]
}
