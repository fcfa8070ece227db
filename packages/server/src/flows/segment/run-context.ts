import type { Fault, Ids } from '#domain'
import type { StepResult, TriggerData } from '../mapping/context.ts'
import type { RunInputs } from './run-inputs.ts'
import type { RunState } from './run-state.ts'
import type { StepContext } from './step-outcome.ts'
import type { Turn } from './turn.ts'

/** What steps see. A class, because making an object with getters takes longer than many a step. */
export class RunContext implements StepContext {
  readonly trigger: TriggerData
  readonly entry: RunInputs['entry']
  readonly run: RunInputs['run']
  readonly secrets: RunInputs['secrets']
  readonly ids: Ids
  readonly chainEnds: RunInputs['chainEnds']
  readonly steps: Readonly<Record<string, StepResult>>
  readonly missing: (path: string) => void
  readonly turn: Turn | null
  readonly #state: RunState
  readonly #clock: RunInputs['clock']

  constructor(inputs: RunInputs, state: RunState, { steps, missing }: Pick<StepContext, 'steps' | 'missing'>) {
    this.trigger = inputs.trigger
    this.entry = inputs.entry
    this.run = inputs.run
    this.secrets = inputs.secrets
    this.ids = inputs.ids
    this.chainEnds = inputs.chainEnds
    this.steps = steps
    this.missing = missing
    this.turn = inputs.turn
    this.#state = state
    this.#clock = inputs.clock
  }

  get meta(): RunState['meta'] {
    return this.#state.meta
  }

  get faults(): readonly Fault[] {
    return this.#state.faults
  }

  now(): number {
    return this.#clock.now()
  }

  get item(): unknown {
    const loop = this.#state.loops?.at(-1)
    return loop?.items[loop.index]
  }

  get index(): number | undefined {
    return this.#state.loops?.at(-1)?.index
  }

  get answered(): boolean {
    return this.#state.replied
  }

  transformInput(): Readonly<Record<string, unknown>> {
    const { trigger, entry, run, steps, meta, faults } = this
    const { body, query, headers } = trigger
    const input = { trigger, entry, run, steps, body, query, headers, meta, faults }
    return this.#state.loops === undefined ? input : { ...input, item: this.item, index: this.index }
  }
}
