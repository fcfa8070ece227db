import { errors, type ErrorCode } from '@posthorn/contract/plain'

/** One field that is not as it should be. `pointer` is an RFC 6901 JSON pointer into the body, or `?name` for a query parameter. */
export interface FieldFault {
  readonly pointer: string
  readonly message: string
  readonly code: string
  /** Of the character in the field's text, from 1. */
  readonly position?: number
}

/** An operational error that a caller hears of. Expected outcomes are values instead; anything else is a bug and answers `internal`. */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly fields: readonly FieldFault[]

  constructor(code: ErrorCode, options: { detail?: string; fields?: readonly FieldFault[]; cause?: unknown } = {}) {
    super(options.detail ?? errors[code].sentence, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'AppError'
    this.code = code
    this.fields = options.fields ?? []
  }
}

/** The machine's fault, or its load: it passes, and is nobody's mistake. What meets it is to be tried again, never to fail for good. */
export function isPassing(error: unknown): error is AppError {
  return error instanceof AppError && errors[error.code].status === 503
}
