import type { FlowSnapshot } from '#store'

/** A flow that the requests of a listener start. */
export interface ListenerFlow {
  readonly id: string
  readonly version: number
  /** Whether it has a webhook_response step, so that it may answer the caller. */
  readonly answers: boolean
}

interface Read extends Omit<ListenerFlow, 'id'> {
  readonly listener: string
}

/** What of a published version is read here; null: no listener starts it. */
export function readPublished({ version, definition }: NonNullable<FlowSnapshot['published']>): Read | null {
  const { trigger, steps, rescue } = JSON.parse(definition) as Definition
  if (trigger?.kind !== 'webhook' || trigger.listener === undefined) return null
  return { listener: trigger.listener, version, answers: answersIn(steps) || answersIn(rescue) }
}

/** Flows by what their trigger calls the listener: its id or its uid. Disabled and unpublished ones start nothing. */
export function flowsByListener(flows: readonly FlowSnapshot[], read = readPublished): ReadonlyMap<string, readonly ListenerFlow[]> {
  const found = new Map<string, ListenerFlow[]>()
  for (const { id, enabled, published } of flows) {
    const started = enabled !== 1 || published === null ? null : read(published)
    if (started === null) continue
    const { listener, version, answers } = started
    const entry = { id, version, answers }
    const others = found.get(listener)
    if (others === undefined) found.set(listener, [entry])
    else others.push(entry)
  }
  return found
}

/** As much of a definition as is read here; `flows` has checked the whole of it when it was published. */
interface Definition {
  readonly trigger?: { readonly kind: string; readonly listener?: string }
  readonly steps?: readonly Step[]
  readonly rescue?: readonly Step[]
}

interface Step {
  readonly kind: string
  readonly then?: readonly Step[]
  readonly else?: readonly Step[]
  readonly steps?: readonly Step[]
  readonly next?: readonly { readonly do: string | { readonly steps: readonly Step[] } }[]
}

/** Looks only where steps stand: a body may well hold an object of that kind as data. Nesting is bounded at publish. */
function answersIn(steps: readonly Step[] | undefined): boolean {
  return (steps ?? []).some(
    (step) =>
      step.kind === 'webhook_response' ||
      answersIn(step.then) ||
      answersIn(step.else) ||
      answersIn(step.steps) ||
      (step.next ?? []).some((row) => typeof row.do === 'object' && answersIn(row.do.steps)),
  )
}
