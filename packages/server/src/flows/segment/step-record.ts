import type { Fault, StepStatus } from '#domain'
import type { StepKind } from '@posthorn/contract'

/** What a run's record shows of one step. */
export interface StepRecord {
  readonly id: string
  readonly kind: StepKind
  status: StepStatus
  code?: string
  /** Wall time. */
  readonly startedAt: number
  durationMs: number
  /** What the step was about to do, without secrets. */
  input?: unknown
  output?: unknown
  /** The output was too large to keep; this many bytes. */
  truncatedBytes?: number
  /** Paths that were read and are not there. */
  warnings?: string[]
  faults?: Fault[]
}
