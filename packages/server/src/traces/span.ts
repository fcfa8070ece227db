/** One span, before it is written as a collector reads it. */
export interface Span {
  readonly traceId: string
  readonly spanId: string
  /** Null: the trace begins with it. */
  readonly parent: string | null
  /** `tracestate`; empty: none. */
  readonly state: string
  readonly name: string
  readonly kind: keyof typeof spanKinds
  /** Milliseconds of the wall clock, with fractions. */
  readonly startedAt: number
  readonly endedAt: number
  /** What is undefined or null is left out. */
  readonly attributes: Readonly<Record<string, AttributeValue | undefined | null>>
  readonly events?: readonly SpanEvent[]
  /** What went wrong, as a code; undefined: nothing did. */
  readonly error?: string | undefined
}

export interface SpanEvent {
  readonly name: string
  readonly at: number
}

export type AttributeValue = string | number | boolean

/** As OTLP numbers them. */
export const spanKinds = { internal: 1, server: 2, client: 3, producer: 4 } as const
