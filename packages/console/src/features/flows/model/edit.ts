import { branchNames, type Definition, everyStep, findStep, type Gap, type ListPlace, type Step } from './definition.ts'

/** Puts a step into a gap. Its id, and those within it, are made unique. */
export function insertStep(definition: Definition, gap: Gap, step: Step): Definition {
  const taken = idsOf(definition)
  return changeList(definition, gap.list, (steps) => steps.toSpliced(gap.at, 0, withFreshIds(step, taken)))
}

export function removeStep(definition: Definition, id: string): Definition {
  const found = findStep(definition, id)
  if (found === undefined) return definition
  return changeList(definition, found.gap.list, (steps) => steps.toSpliced(found.gap.at, 1))
}

/** A copy behind the step itself. */
export function duplicateStep(definition: Definition, id: string): Definition {
  const found = findStep(definition, id)
  if (found === undefined) return definition
  return insertStep(definition, { list: found.gap.list, at: found.gap.at + 1 }, found.step)
}

/** One place up or down in its list; the first and the last stay. */
export function moveStep(definition: Definition, id: string, by: 1 | -1): Definition {
  const found = findStep(definition, id)
  if (found === undefined) return definition
  const { list, at } = found.gap
  return changeList(definition, list, (steps) => {
    const to = at + by
    return to < 0 || to >= steps.length ? steps : steps.toSpliced(at, 1).toSpliced(to, 0, found.step)
  })
}

/** Replaces the fields of a step; undefined takes one away. */
export function changeStep(definition: Definition, id: string, change: Readonly<Record<string, unknown>>): Definition {
  const found = findStep(definition, id)
  if (found === undefined) return definition
  const next = Object.fromEntries(
    Object.entries({ ...found.step, ...change }).filter(([, value]) => value !== undefined),
  ) as unknown as Step
  return changeList(definition, found.gap.list, (steps) => steps.with(found.gap.at, next))
}

/** Gives a step another id, and everything that reads `steps.<id>` with it. */
export function renameStep(definition: Definition, id: string, to: string): Definition {
  if (idsOf(definition).has(to)) return definition
  const reads = new RegExp(`\\bsteps\\.${id}\\b`, 'g')
  const renamed = JSON.parse(JSON.stringify(definition).replaceAll(reads, `steps.${to}`)) as Definition
  return changeStep(renamed, id, { id: to })
}

function idsOf(definition: Definition): Set<string> {
  return new Set(everyStep(definition).map(({ step }) => step.id))
}

function withFreshIds(step: Step, taken: Set<string>): Step {
  const id = freeId(step.id, taken)
  taken.add(id)
  const branches = branchNames.flatMap((name) => {
    const inner = step[name]
    return inner === undefined ? [] : [[name, inner.map((one) => withFreshIds(one, taken))] as const]
  })
  return { ...step, id, ...Object.fromEntries(branches) }
}

function freeId(wanted: string, taken: ReadonlySet<string>): string {
  if (!taken.has(wanted)) return wanted
  const stem = wanted.replace(/_\d+$/, '')
  for (let n = 2; ; n++) if (!taken.has(`${stem}_${n}`)) return `${stem}_${n}`
}

function changeList(definition: Definition, place: ListPlace, change: (steps: readonly Step[]) => readonly Step[]): Definition {
  if (!('step' in place)) return { ...definition, [place.in]: change(definition[place.in] ?? []) }
  const inList = (steps: readonly Step[]): readonly Step[] => steps.map((step) => inStep(step))
  const inStep = (step: Step): Step => {
    if (step.id === place.step) return { ...step, [place.in]: change(step[place.in] ?? []) }
    const branches = branchNames.flatMap((name) => (step[name] === undefined ? [] : [[name, inList(step[name])] as const]))
    return branches.length === 0 ? step : { ...step, ...Object.fromEntries(branches) }
  }
  return { ...definition, steps: inList(definition.steps), ...(definition.rescue !== undefined && { rescue: inList(definition.rescue) }) }
}
