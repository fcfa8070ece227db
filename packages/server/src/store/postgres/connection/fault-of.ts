import { CommitUnknownError } from '../../port/commit-unknown-error.ts'
import type { StoreFault } from '../../store-health.ts'
import { BrokenError, ReadOnlyServerError, sqlState, UnreachableError } from './pool.ts'

/**
 * What the server, its disk or the way to it does, by SQLSTATE; not what is wrong with a statement. A file that is not there (58P01) is
 * damage as a broken page is; no rights (42501), a timeout (57014), a deadlock that came again and locks that were not given pass.
 */
const faults: readonly (readonly [RegExp, StoreFault])[] = [
  [/^53100$/, 'full'],
  [/^25006$/, 'read_only'],
  [/^(XX00[12]|58P01)$/, 'corrupt'],
  [/^(08|28|53|57|58)|^(3D000|42501|40001|40P01|55P03|55000)$/, 'unavailable'],
]

export function faultOf(error: unknown): StoreFault | undefined {
  if (error instanceof ReadOnlyServerError) return 'read_only'
  if (error instanceof UnreachableError || error instanceof BrokenError || error instanceof CommitUnknownError)
    return faultOf(error.cause) ?? 'unavailable'
  const state = sqlState(error)
  return state === undefined ? undefined : faults.find(([states]) => states.test(state))?.[1]
}

/** What the log says to an operator. */
export const advice: Partial<Record<StoreFault, string>> = {
  full: "Make room on the database server's disk. It goes on by itself.",
  read_only: 'POSTHORN_DATABASE_URL leads to a standby, or to a database that is set to be read only. It goes on by itself.',
  corrupt:
    'The PostgreSQL database is damaged. Run "posthorn check" to see which tables, and restore a backup of the database (docs/operations.md).',
}
