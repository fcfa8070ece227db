import type { DeliveryId, Fault, MessageId, StepStatus } from '#domain'
import type { StepKind } from '@posthorn/contract'
import { weighsWithin } from './json-within.ts'

/** What a run's record shows of one step. */
export interface StepRecord {
  readonly id: string
  readonly kind: StepKind
  /** Of a step in a for_each: which item it ran for, from the outermost loop. */
  readonly item?: readonly number[]
  status: StepStatus
  code?: string
  /** Wall time. */
  readonly startedAt: number
  durationMs: number
  /** What the step was about to do, without secrets. */
  input?: unknown
  output?: unknown
  /** The input, or the output of a step that failed for it, was too large to keep: it has more than so many bytes. */
  truncatedBytes?: number
  /** Paths that were read and are not there. */
  warnings?: string[]
  faults?: Fault[]
  /** The delivery or the message that it made. */
  made?: DeliveryId | MessageId
  /** A delay: the moment that it waited for. */
  until?: number
}

export function warningsOf(missing: ReadonlySet<string>): Pick<StepRecord, 'warnings'> {
  return missing.size === 0 ? {} : { warnings: [...missing].map((path) => `${path} is not there`) }
}

/** Of an answer: the listener has given one at once, or a person started the run anew. */
export const unheard = 'nobody waits for this answer'

const INPUT_BYTES_MAX = 64 * 1024

/** Whether a record shows what the step was about to do. Headers and names are made from data, of any length. */
export function isKept(input: unknown): boolean {
  return input === undefined || weighsWithin(input, INPUT_BYTES_MAX)
}

/** What it shows in its place. How much it was is not counted: a tree whose leaves are one body each has gigabytes. */
export const inputCut = { input: `More than ${INPUT_BYTES_MAX} bytes, which are not kept.`, truncatedBytes: INPUT_BYTES_MAX } as const
