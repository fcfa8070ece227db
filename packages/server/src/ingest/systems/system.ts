import type { SystemName } from '#domain'
import type { SchemeData } from '../schemes/registry.ts'

/**
 * What is known of a system that sends webhooks, as data: how it proves itself, where its event type and its id stand, which
 * handshake it makes and how it wants to be answered. A new system is a new file beside this one and a row in the registry.
 */
export interface System {
  readonly name: SystemName
  readonly title: string
  /** How requests are verified when a listener's authentication is `preset`. */
  readonly scheme: SchemeData
  /** Value paths; the first that leads to a value counts. */
  readonly eventType: readonly string[]
  /** The same for what tells copies of one event. The id that a signature covers goes before any of them. */
  readonly dedupKey: readonly string[]
  readonly handshakes: readonly Handshake[]
  /** Fills the reply of a new listener; null if the sender does not care. */
  readonly acknowledgement: Acknowledgement | null
}

/** A request that is no event: it is recorded and answered, and starts no run. Authenticated like any other. */
export interface Handshake {
  readonly name: string
  readonly when: { readonly header: string; readonly value: string }
  readonly respond: { readonly status: number; readonly body: string | null }
}

export interface Acknowledgement {
  readonly status: number
  /** How long the sender waits for an answer. */
  readonly deadlineMs: number
}

/** An answer leaves so much before its sender gives up, for the way there. */
const MARGIN_MS = 500

/** How long a caller of the system may be kept waiting; Infinity if it does not say. */
export function waitMsMax({ acknowledgement }: System): number {
  return acknowledgement === null ? Infinity : acknowledgement.deadlineMs - MARGIN_MS
}
