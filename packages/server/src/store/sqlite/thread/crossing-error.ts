import Database from 'better-sqlite3'
import { AppError, type FieldFault } from '#domain/plain'
import { CommitUnknownError } from '../../port/commit-unknown-error.ts'
import type { ErrorCode } from '#domain'

/** An error as it crosses between threads: cloning would leave a bare `Error` of it. */
export interface CrossingError {
  readonly kind: 'sqlite' | 'app' | 'commit_unknown' | 'other'
  readonly name: string
  readonly message: string
  readonly stack: string | undefined
  readonly code: string | undefined
  readonly fields: readonly FieldFault[]
  readonly cause: CrossingError | undefined
}

export function packError(error: unknown): CrossingError {
  if (!(error instanceof Error)) return packError(new Error(String(error)))
  const kind =
    error instanceof CommitUnknownError
      ? 'commit_unknown'
      : error instanceof AppError
        ? 'app'
        : error instanceof Database.SqliteError
          ? 'sqlite'
          : 'other'
  const { name, message, stack, cause } = error
  const { code, fields } = error as Partial<AppError>
  const known = typeof code === 'string' ? code : undefined
  return { kind, name, message, stack, code: known, fields: fields ?? [], cause: cause === undefined ? undefined : packError(cause) }
}

export function unpackError(crossed: CrossingError): Error {
  const error = build(crossed)
  if (crossed.stack !== undefined) error.stack = crossed.stack
  return error
}

function build({ kind, name, message, code, fields, cause: packed }: CrossingError): Error {
  const cause = packed && unpackError(packed)
  switch (kind) {
    case 'sqlite':
      return new Database.SqliteError(message, code ?? 'SQLITE_ERROR')
    case 'app':
      return new AppError(code as ErrorCode, { detail: message, fields, cause })
    case 'commit_unknown':
      return new CommitUnknownError(cause)
    case 'other': {
      const error = new Error(message, cause && { cause })
      error.name = name
      return Object.assign(error, code !== undefined && { code })
    }
  }
}
