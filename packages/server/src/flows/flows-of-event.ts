import { compileEventTypes } from '#domain'
import { derive, type ApplicationSnapshot } from '#store'

/** A flow that an event starts. */
export interface EventFlow {
  readonly id: string
  readonly version: number
}

interface Triggered extends EventFlow {
  readonly wants: (eventType: string) => boolean
}

const triggered = derive((snapshot: ApplicationSnapshot): readonly Triggered[] =>
  snapshot.flows.flatMap(({ id, enabled, published }) => {
    if (enabled !== 1 || published === null) return []
    // Checked as a whole when it was published; only the trigger is read here.
    const { trigger } = JSON.parse(published.definition) as { trigger: { kind: string; eventTypes?: readonly string[] } }
    if (trigger.kind !== 'event' || trigger.eventTypes === undefined) return []
    return [{ id, version: published.version, wants: compileEventTypes(trigger.eventTypes) }]
  }),
)

/** The published, enabled flows that an event of this type starts; whoever accepts the event makes their runs. */
export function flowsOfEvent(snapshot: ApplicationSnapshot, eventType: string): readonly EventFlow[] {
  return triggered(snapshot).filter(({ wants }) => wants(eventType))
}
