import type { Flow } from '../queries.ts'

/** A step as the builder sees it. Kinds that only a newer server knows are steps like any other. */
export interface Step {
  readonly id: string
  readonly kind: string
  readonly name?: string
  readonly then?: readonly Step[]
  readonly else?: readonly Step[]
  readonly steps?: readonly Step[]
  readonly [field: string]: unknown
}

/** What is edited: the draft without what stands beside it. */
export interface Definition {
  readonly name: string
  readonly notes?: string
  /** Of a run, from when it was started. */
  readonly timeoutMs?: number | undefined
  /** So many runs at a time. */
  readonly concurrency?: number | undefined
  readonly trigger: Flow['trigger']
  readonly steps: readonly Step[]
  readonly rescue?: readonly Step[]
}

/** The fields of a step that hold steps. */
export const branchNames = ['then', 'else', 'steps'] as const
export type BranchName = (typeof branchNames)[number]

/** A list of steps: the flow's own, those of `rescue`, or a branch of a step. */
export type ListPlace = { readonly in: 'steps' | 'rescue' } | { readonly in: BranchName; readonly step: string }

/** A gap where a step can be put: before the step at `at`, or behind the last. */
export interface Gap {
  readonly list: ListPlace
  readonly at: number
}

/** The draft as it is edited. */
export function definitionOf({ name, notes, timeoutMs, concurrency, trigger, steps, rescue }: Flow): Definition {
  return {
    name,
    ...(notes !== undefined && { notes }),
    ...(timeoutMs !== undefined && { timeoutMs }),
    ...(concurrency !== undefined && { concurrency }),
    trigger,
    steps: steps as unknown as readonly Step[],
    ...(rescue !== undefined && { rescue: rescue as unknown as readonly Step[] }),
  }
}

/** With these limits; one that is undefined is not there. */
export function withLimits(
  { timeoutMs: _time, concurrency: _runs, ...rest }: Definition,
  { timeoutMs, concurrency }: Pick<Definition, 'timeoutMs' | 'concurrency'>,
): Definition {
  return { ...rest, ...(timeoutMs !== undefined && { timeoutMs }), ...(concurrency !== undefined && { concurrency }) }
}

/** Every step with where it stands, in the order in which it is read. */
export function* everyStep(definition: Definition): Generator<{ readonly step: Step; readonly gap: Gap; readonly pointer: string }> {
  yield* within(definition.steps, { in: 'steps' }, '/steps')
  yield* within(definition.rescue ?? [], { in: 'rescue' }, '/rescue')
}

function* within(
  steps: readonly Step[],
  list: ListPlace,
  pointer: string,
): Generator<{ readonly step: Step; readonly gap: Gap; readonly pointer: string }> {
  for (const [at, step] of steps.entries()) {
    yield { step, gap: { list, at }, pointer: `${pointer}/${at}` }
    for (const name of branchNames) yield* within(step[name] ?? [], { in: name, step: step.id }, `${pointer}/${at}/${name}`)
  }
}

export function findStep(
  definition: Definition,
  id: string,
): { readonly step: Step; readonly gap: Gap; readonly pointer: string } | undefined {
  for (const found of everyStep(definition)) if (found.step.id === id) return found
  return undefined
}

/** The steps that have run when this one begins: those before it, and before what it stands in. */
export function stepsBefore(definition: Definition, id: string): readonly Step[] {
  const found = findStep(definition, id)
  if (found === undefined) return []
  const { list, at } = found.gap
  const own = listAt(definition, list).slice(0, at)
  return 'step' in list ? [...stepsBefore(definition, list.step), ...own] : own
}

function listAt(definition: Definition, place: ListPlace): readonly Step[] {
  if (!('step' in place)) return definition[place.in] ?? []
  return findStep(definition, place.step)?.step[place.in] ?? []
}
