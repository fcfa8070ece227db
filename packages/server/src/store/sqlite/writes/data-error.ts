import Database from 'better-sqlite3'

/** The engine cannot keep these values: a duplicate id, a missing field, text that is too long. */
export function isDataError(error: unknown): error is Error {
  if (error instanceof Database.SqliteError) return /^SQLITE_(CONSTRAINT|MISMATCH|TOOBIG|RANGE)/.test(error.code)
  return error instanceof TypeError || error instanceof RangeError || error instanceof RefusedError
}

/** An operation that names what is not there. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError'
}
