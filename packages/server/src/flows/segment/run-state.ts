import type { Fault } from '#domain'
import type { Loop, Waiting } from './loops.ts'
import type { StepRecord } from './step-record.ts'

/**
 * Where a run stands: plain JSON, so that another process, or this one after a restart, goes on from the last commit. The
 * outputs of its steps are not kept twice: they are read from the records. Nor is `replied`: it is whether the run has a reply.
 */
export interface RunState {
  /** The step that runs next, or that waits; null: the section's end. */
  at: string | null
  section: 'main' | 'rescue'
  replied: boolean
  /** The step at `at` waits for this, until its deadline at most. */
  waiting: Waiting | null
  /** The for_each steps under way, from the outermost; absent where there is none. */
  loops?: readonly Loop[] | undefined
  /** The KO that nobody handled, which made `rescue` run. */
  failure: { code: string; message: string; stepId: string } | null
  steps: StepRecord[]
  faults: Fault[]
  meta: Record<string, unknown>
}

export function newRunState(first: string | null, meta: Record<string, unknown> = {}): RunState {
  return { at: first, section: 'main', replied: false, waiting: null, failure: null, steps: [], faults: [], meta }
}
