import type { EncodeRows } from '../connection/encode-rows.ts'
import type { Hints } from '../connection/hints.ts'
import type { Run } from '../connection/pool.ts'

/** What a group commit travels by. */
export interface Wire {
  readonly run: Run
  readonly encode: EncodeRows
  readonly tell: Hints['tell']
}
