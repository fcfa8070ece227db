import type { EncodeRows } from './encode-rows.ts'
import type { Hints } from './hints.ts'
import type { Run } from './pool.ts'

/** What a group commit travels by. */
export interface Wire {
  readonly run: Run
  readonly encode: EncodeRows
  readonly tell: Hints['tell']
}
