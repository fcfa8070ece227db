import { jsonPointer, walkSteps, type FlowDefinition, type FlowDiffOut, type FlowStep } from '@posthorn/contract'
import { sameJson } from '#domain'

type Change = FlowDiffOut['changes'][number]
type Json = Change['before']

/** A step without the steps inside it, and where it stands. */
interface Placed {
  readonly own: Readonly<Record<string, unknown>>
  readonly kind: string
  readonly pointer: string
  /** The list that it stands in: of which step, and which of its lists. */
  readonly list: string
}

/** What differs, in the order of the later text, with what was removed at the end. Null: nothing was there. */
export function diffDefinitions(before: FlowDefinition | null, after: FlowDefinition | null): Change[] {
  const [from, to] = [placesOf(before), placesOf(after)]
  const moved = movedBetween(from, to)
  const changes: Change[] = fieldsOf({ before: headOf(before), after: headOf(after) }, { stepId: null, kind: null, pointer: '' })
  for (const [stepId, { own, kind, pointer }] of to) {
    const about = { stepId, kind, pointer }
    const was = from.get(stepId)
    if (was === undefined) changes.push({ change: 'added', ...about, field: null, before: null, after: own as Json })
    else {
      if (moved.has(stepId)) changes.push({ change: 'moved', ...about, field: null, before: was.pointer, after: pointer })
      changes.push(...fieldsOf({ before: was.own, after: own }, about))
    }
  }
  for (const [stepId, { own, kind, pointer }] of from)
    if (!to.has(stepId)) changes.push({ change: 'removed', stepId, kind, pointer, field: null, before: own as Json, after: null })
  return changes
}

/** All but its steps, which are shown one by one. */
function headOf(definition: FlowDefinition | null): Readonly<Record<string, unknown>> {
  if (definition === null) return {}
  const { steps: _steps, rescue: _rescue, ...head } = definition
  return head
}

interface Sides {
  readonly before: Readonly<Record<string, unknown>>
  readonly after: Readonly<Record<string, unknown>>
}

function fieldsOf({ before, after }: Sides, { pointer, ...about }: Pick<Change, 'stepId' | 'kind' | 'pointer'>): Change[] {
  const fields = [...new Set([...Object.keys(after), ...Object.keys(before)])]
  return fields
    .filter((field) => !sameJson(before[field] ?? null, after[field] ?? null))
    .map((field) => ({
      ...{ change: 'changed', ...about, field, pointer: pointer + jsonPointer([field]) },
      ...{ before: (before[field] ?? null) as Json, after: (after[field] ?? null) as Json },
    }))
}

function placesOf(definition: FlowDefinition | null): Map<string, Placed> {
  const places = new Map<string, Placed>()
  if (definition === null) return places
  const idAt = new Map<string, string>()
  walkSteps(definition, (step, path) => {
    const pointer = jsonPointer(path)
    idAt.set(pointer, step.id)
    places.set(step.id, { own: ownOf(step), kind: step.kind, pointer, list: listOf(path, idAt) })
  })
  return places
}

/** In terms of ids, because indices change with every step that is added. */
function listOf(path: readonly PropertyKey[], idAt: ReadonlyMap<string, string>): string {
  for (let length = path.length - 2; length > 0; length--) {
    const owner = idAt.get(jsonPointer(path.slice(0, length)))
    if (owner !== undefined) return `${owner} ${jsonPointer(path.slice(length, -1))}`
  }
  return jsonPointer(path.slice(0, -1))
}

function ownOf(step: FlowStep): Readonly<Record<string, unknown>> {
  const {
    id: _,
    then: _then,
    else: _else,
    steps: _steps,
    next,
    ...own
  } = step as FlowStep & { then?: unknown; else?: unknown; steps?: unknown }
  if (next === undefined) return own
  return {
    ...own,
    next: next.map((row) => ({ ...row, do: typeof row.do === 'object' ? { steps: row.do.steps.map(({ id }) => id) } : row.do })),
  }
}

/** Steps that stand in another list, or in another order than the steps beside them: as few as show the difference. */
function movedBetween(from: ReadonlyMap<string, Placed>, to: ReadonlyMap<string, Placed>): Set<string> {
  const moved = new Set<string>()
  const lists = new Map<string, string[]>()
  for (const [id, { list }] of to) {
    const was = from.get(id)
    if (was === undefined) continue
    if (was.list === list) lists.set(list, [...(lists.get(list) ?? []), id])
    else moved.add(id)
  }
  const order = new Map([...from.keys()].map((id, index) => [id, index]))
  for (const ids of lists.values()) {
    const kept = new Set(longestRising(ids.map((id) => order.get(id)!)))
    for (const [index, id] of ids.entries()) if (!kept.has(index)) moved.add(id)
  }
  return moved
}

/** The places of the longest rising subsequence. A list has 500 items at most. */
function longestRising(values: readonly number[]): number[] {
  const length: number[] = []
  const previous: number[] = []
  for (const [at, value] of values.entries()) {
    length[at] = 1
    previous[at] = -1
    for (let before = 0; before < at; before++) {
      if (values[before]! < value && length[before]! >= length[at]!) {
        length[at] = length[before]! + 1
        previous[at] = before
      }
    }
  }
  const places: number[] = []
  for (let at = length.indexOf(Math.max(...length)); at >= 0; at = previous[at]!) places.unshift(at)
  return places
}
