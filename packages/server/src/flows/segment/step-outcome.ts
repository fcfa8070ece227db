import type { DeliveryId, Ids, MessageId, Reply, StepRequest } from '#domain'
import type { ComputeJob, TransformJob } from '#platform'
import type { SiloJob } from '../silo/silo-job.ts'
import type { MappingContext } from '../mapping/context.ts'

/** What a step can see and use: the mapping's context, and what effects are made with. */
export interface StepContext extends MappingContext {
  readonly ids: Ids
  /** Wall time. */
  now(): number
  /** Whether an event of this type would start a flow that the chain of flows has no room for. */
  readonly chainEnds: (eventType: string) => boolean
  /** The caller heard an answer already: from an earlier step, or because its time was over (decisions/the-reply-leaves-at-its-step). */
  readonly answered: boolean
  /** What a transform sees; without secrets. */
  readonly transformInput: () => Readonly<Record<string, unknown>>
}

/** What became of a step. Pure: the interpreter decides what follows, and the runner makes it happen. */
export type StepOutcome =
  | StepEnd
  /** An expression, code or a schema that another process evaluates, or what the store is asked; the step ends with the answer. */
  | { readonly kind: 'compute'; readonly job: TransformJob | ComputeJob | SiloJob }
  /** A request to send; the step ends with what becomes of it, and the run waits for that. */
  | ({ readonly kind: 'park'; readonly delivery: StepDeliveryEffect; readonly input: unknown } & Cut)
  /** Its steps run once for each item; the step ends after the last. */
  | { readonly kind: 'each'; readonly items: readonly unknown[]; readonly concurrency: number }
  /** The step ends at a moment, and the run waits for that. */
  | ({ readonly kind: 'wait'; readonly until: number; readonly input: unknown } & Cut)

/** Input or output was too large to keep: it has more than so many bytes. Steps leave it to the interpreter. */
interface Cut {
  readonly truncatedBytes?: number
}

export type StepEnd = Cut &
  (
    | {
        readonly kind: 'done'
        readonly status: 'OK' | 'SKIP'
        readonly code?: string
        readonly output?: unknown
        readonly input?: unknown
        readonly effect?: StepEffect
        /** Where the flow goes on unless `next` says otherwise: after the step, into one of a branch's lists, or nowhere. */
        readonly goes?: 'then' | 'else' | 'end'
      }
    | {
        readonly kind: 'failed'
        readonly code: string
        readonly message: string
        readonly paths?: readonly string[]
        readonly output?: unknown
        readonly input?: unknown
        readonly effect?: StepEffect
      }
  )

export type StepEffect =
  | { readonly kind: 'message'; readonly message: EmittedMessage }
  | { readonly kind: 'reply'; readonly reply: Reply }
  | { readonly kind: 'meta'; readonly meta: Readonly<Record<string, unknown>> }

/** A delivery of a Send Webhook step, to be committed with everything before it. */
export interface StepDeliveryEffect {
  readonly id: DeliveryId
  readonly stepId: string
  readonly event: string
  readonly request: StepRequest
  readonly body: Uint8Array
}

/** An event to be recorded and sent to every endpoint that subscribed to it. */
export interface EmittedMessage {
  readonly id: MessageId
  readonly eventType: string
  readonly eventId: string | null
  readonly channels: readonly string[] | null
  /** The bytes of one JSON value. */
  readonly data: Uint8Array
}

export type RunStep = (context: StepContext) => StepOutcome

/** What a step makes of the answer to its `compute`. */
export type ConcludeStep = (context: StepContext, computed: StepEnd) => StepEnd
