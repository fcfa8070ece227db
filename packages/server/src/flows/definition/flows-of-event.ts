import { derive } from '#coordination/derive'
import { perVersion } from '#coordination/per-version'
import { compileEventTypes, limits, type Ids, type MessageId } from '#domain'
import type { ApplicationSnapshot, NewRun } from '#store'

/** A flow that an event starts. */
export interface EventFlow {
  readonly id: string
  readonly version: number
}

interface EventTrigger {
  readonly eventTypes: readonly string[]
  readonly wants: (eventType: string) => boolean
}

interface Triggered extends EventFlow, EventTrigger {}

/** Null: something else starts it. Checked as a whole when it was published; only the trigger is read here. */
const triggerOf = perVersion(({ definition }): EventTrigger | null => {
  const { trigger } = JSON.parse(definition) as { trigger: { kind: string; eventTypes?: readonly string[] } }
  if (trigger.kind !== 'event' || trigger.eventTypes === undefined) return null
  return { eventTypes: trigger.eventTypes, wants: compileEventTypes(trigger.eventTypes) }
})

const triggered = derive((snapshot: ApplicationSnapshot): readonly Triggered[] =>
  snapshot.flows.flatMap(({ id, enabled, published }) => {
    const trigger = enabled !== 1 || published === null ? null : triggerOf(published)
    return trigger === null ? [] : [{ id, version: published!.version, ...trigger }]
  }),
)

/** The published, enabled flows that an event of this type starts. */
export function flowsOfEvent(snapshot: ApplicationSnapshot, eventType: string): readonly EventFlow[] {
  return triggered(snapshot).filter(({ wants }) => wants(eventType))
}

/** The types and groups that start a flow, as data for another process. */
export function startingPatterns(snapshot: ApplicationSnapshot): readonly string[] {
  return triggered(snapshot).flatMap(({ eventTypes }) => eventTypes)
}

export interface StartingEvent {
  readonly messageId: MessageId
  readonly eventType: string
  readonly eventId: string | null
  readonly createdAt: number
  /** The bytes of one JSON value: what the flows work on. */
  readonly data: Uint8Array
  /** The place of the runs in a chain of flows that start each other: 1 if no run emitted the event. */
  readonly chain: number
  /** The trace that they are part of; null: one that begins with the message, or none. */
  readonly trace: string | null
}

/**
 * The runs of the flows that an event starts. Whoever accepts the event commits them with it, so that an event which was accepted starts
 * all of them. Beyond the longest chain nothing starts: the step that would emit such an event fails, unless a flow that waits for it was
 * published in that very moment.
 */
export function runsOfEvent(snapshot: ApplicationSnapshot, event: StartingEvent, ids: Pick<Ids, 'make'>): NewRun[] {
  const { messageId, eventType, eventId, createdAt, data, chain, trace } = event
  const flows = chain > limits.runChainMax ? [] : flowsOfEvent(snapshot, eventType)
  if (flows.length === 0) return []
  // Put together as text: the document's numbers and escapes stay as they came.
  const document = Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('utf8')
  const about = { eventType, chain, message: messageId, ...(trace !== null && { trace }) }
  const input = `${JSON.stringify(about).slice(0, -1)},"document":${document}}`
  return flows.map((flow) => {
    const id = ids.make('run')
    const origin = { application_id: snapshot.id, flow_id: flow.id, version: flow.version, trigger: 'event', request_id: null }
    return { ...origin, id, key: eventId ?? messageId, created_at: createdAt, input, meta: '{}', answer_by: null }
  })
}
