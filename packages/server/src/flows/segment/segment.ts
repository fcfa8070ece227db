import type { Reply } from '#domain'
import type { ApplicationSnapshot, LoadedRun, StoredRequest } from '#store'
import type { CompiledFlow } from '../definition/compiled-flow.ts'
import type { Advance, RunEffects, RunOutcome, StepDefect } from './run-outcome.ts'
import type { RunGiven, RunInputs, StoppedStep } from './run-inputs.ts'
import type { RunState } from './run-state.ts'

/** Where a run stands, as the store keeps it. `state` is null before its first step. */
export type StateColumns = Pick<LoadedRun['run'], 'state' | 'steps' | 'faults' | 'meta'> & { readonly replied: boolean }

/** The same, read or not: what came back from another process may be megabytes, and goes to the store as it is. */
export type RunPlace = { readonly state: RunState } | { readonly columns: StateColumns }

/** From one commit of a run to the next, or to an expression that is computed elsewhere. */
export interface Segment {
  readonly flow: CompiledFlow
  readonly given: RunGiven
  readonly place: RunPlace
  readonly resume?: RunInputs['resume']
  readonly stopped?: StoppedStep | undefined
  /** The process that read the body of the request was ended: the steps that are left see none. */
  readonly bodyless?: boolean
}

export interface SegmentEnd {
  readonly place: RunPlace
  readonly effects: RunEffects
  readonly outcome: RunOutcome
  readonly defects: readonly StepDefect[]
  readonly bodyless?: boolean
}

export const endOf = ({ state, effects, outcome, defects }: Advance): SegmentEnd => ({ place: { state }, effects, outcome, defects })

/** What a process is given that runs a segment: nothing but what structured clone copies as it is. Numbers of any length travel as JSON text. */
export interface SegmentJob {
  readonly flow: { readonly hash: string; readonly definition: string }
  readonly run: RunGiven['run']
  readonly input: string | null
  readonly request: StoredRequest | null
  readonly wake: string | null
  readonly listeners: ApplicationSnapshot['listeners']
  readonly secrets: RunGiven['secrets']
  readonly isHeard: boolean
  readonly koReply: Reply | null
  readonly endings: readonly string[]
  readonly columns: StateColumns
  readonly resume: RunInputs['resume']
  readonly stopped: StoppedStep | undefined
  /** What the monotonic clock of whoever asks says now. */
  readonly monotonic: number
}

export interface SegmentAnswer extends Omit<SegmentEnd, 'place' | 'bodyless'> {
  readonly columns: StateColumns
}

/** What the process says it does before its first step. */
export const READING = ''
