import type { FlowSnapshot } from '#store'

/** A flow that the requests of a listener start. */
export interface ListenerFlow {
  readonly id: string
  readonly version: number
  /** Whether it has a webhook_response step, so that it may answer the caller. */
  readonly answers: boolean
}

/** Flows by what their trigger calls the listener: its id or its uid. Disabled and unpublished ones start nothing. */
export function flowsByListener(flows: readonly FlowSnapshot[]): ReadonlyMap<string, readonly ListenerFlow[]> {
  const found = new Map<string, ListenerFlow[]>()
  for (const flow of flows) {
    if (flow.enabled !== 1 || flow.published === null) continue
    const { trigger, steps, rescue } = JSON.parse(flow.published.definition) as Definition
    if (trigger?.kind !== 'webhook' || trigger.listener === undefined) continue
    const entry = { id: flow.id, version: flow.published.version, answers: answersIn(steps) || answersIn(rescue) }
    const others = found.get(trigger.listener)
    if (others === undefined) found.set(trigger.listener, [entry])
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
