import type { EndpointState } from '../status.ts'

/** What an endpoint asks for. */
export interface Subscription {
  /** Names and patterns; null: all. */
  readonly eventTypes: readonly string[] | null
  /** Null or empty: messages of any channel and of none. */
  readonly channels: readonly string[] | null
}

/** What of a message decides who gets it. */
export interface Addressed {
  readonly eventType: string
  readonly channels: readonly string[] | null
}

/** True if the event type is meant by one of the patterns. */
export function compileEventTypes(patterns: readonly string[] | null): (eventType: string) => boolean {
  if (patterns === null || patterns.includes('*')) return () => true
  const prefixes = patterns.filter((pattern) => pattern.endsWith('.*')).map((pattern) => pattern.slice(0, -1))
  const names = new Set(patterns.filter((pattern) => !pattern.endsWith('.*')))
  if (prefixes.length === 0) return (eventType) => names.has(eventType)
  return (eventType) => names.has(eventType) || prefixes.some((prefix) => eventType.startsWith(prefix))
}

/** Compiled once for each version of an endpoint; a fan-out to thousands of endpoints asks nothing else of them. */
export function compileSubscription({ eventTypes, channels }: Subscription): (message: Addressed) => boolean {
  const wants = compileEventTypes(eventTypes)
  if (channels === null || channels.length === 0) return (message) => wants(message.eventType)
  const open = new Set(channels)
  return (message) => wants(message.eventType) && message.channels !== null && message.channels.some((channel) => open.has(channel))
}

/**
 * What happens to a message that an endpoint subscribed to: an active endpoint is sent to, a paused one queues it, and for a disabled
 * one it is counted as skipped and never sent.
 */
export function admission(state: EndpointState): 'send' | 'hold' | 'skip' {
  return state === 'active' ? 'send' : state === 'paused' ? 'hold' : 'skip'
}
