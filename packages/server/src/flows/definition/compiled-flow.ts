import type { FlowDefinition, FlowTrigger, NextStatus, StepKind } from '@posthorn/contract'
import type { MappingContext } from '../mapping/context.ts'
import type { ConcludeStep, RunStep } from '../segment/step-outcome.ts'

/**
 * A flow ready to run: steps by id, each knowing where the flow goes after it. A run's place is a step's id, so it means the
 * same in every process and after a restart.
 */
export interface CompiledFlow {
  readonly name: string
  /** What it was compiled from, for another process that compiles it too. */
  readonly definition: FlowDefinition
  readonly trigger: FlowTrigger
  readonly steps: ReadonlyMap<string, CompiledStep>
  /** The first step; null: a flow without steps. */
  readonly first: string | null
  /** The first step after a KO that nobody handled; null: none. */
  readonly rescue: string | null
  /** Of a run, from when it was started. */
  readonly timeoutMs: number | undefined
  /** A listener may wait for this flow's answer (decisions/one-flow-answers). */
  readonly hasResponse: boolean
  /** Steps that send: each has the lane `<flow id>/<step id>`. */
  readonly sendingSteps: readonly string[]
  /** The secrets that it reads, with the pointer to the first step that does. */
  readonly secrets: ReadonlyMap<string, string>
}

export interface CompiledStep {
  readonly id: string
  readonly kind: StepKind
  readonly when: ((context: MappingContext) => boolean) | undefined
  readonly run: RunStep
  /** Of a step that ends otherwise than with what was computed for it. */
  readonly conclude: ConcludeStep | undefined
  readonly next: readonly CompiledNext[]
  /** It is KO with `timeout` when it has taken so long, whatever it waits for. */
  readonly timeoutMs: number | undefined
  /** Where the flow goes on after it; null: its section ends. */
  readonly following: string | null
  /** Of a branch: the first step of each list; `following` if the list is empty. Of a loop: `then` is the first of its steps. */
  readonly then: string | null
  readonly else: string | null
  /** Of a loop: all steps inside it, whose last ones lead back to it. */
  readonly inner: readonly string[]
}

export interface CompiledNext {
  readonly status: NextStatus
  readonly code: string | undefined
  readonly do: 'continue' | 'end' | 'fail' | { readonly goTo: string | null }
}
