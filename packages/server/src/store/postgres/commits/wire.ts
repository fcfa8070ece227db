import type { ApplicationId } from '#domain'
import type { Certainty } from '../connection/certainty.ts'
import type { EncodeRows } from '../connection/encode-rows.ts'
import type { Hints } from '../connection/hints.ts'
import type { Pool, Run } from '../connection/pool.ts'
import type { HeldLanes } from '../lanes/held-lanes.ts'

/** What a group commit travels by. */
export interface Wire {
  readonly run: Run
  readonly encode: EncodeRows
  readonly send: Hints['send']
}

/** What the group commits are made of. */
export interface GroupCommitParts extends Wire {
  readonly pool: Pool
  readonly certainty: Certainty
  readonly held: HeldLanes
  /** Called with each application whose configuration changed. */
  readonly changed: (id: ApplicationId) => void
}
