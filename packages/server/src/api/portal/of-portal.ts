import type { Operation, StreamTopic } from '@posthorn/contract'
import type { Actor } from '../caller/actor.ts'

/** What the people of a customer see: what is sent to them, and nothing of how it came about. */
const nouns: ReadonlySet<string> = new Set([
  ...['endpoint', 'event-type', 'filter', 'transformation', 'message-attempt', 'delivery', 'replay'],
  ...['stream', 'authentication', 'me', 'portal'],
])
const reads: ReadonlySet<string> = new Set([
  'v1.application.get',
  'v1.application.get-stats',
  'v1.application.get-plan-use',
  'v1.message.list',
  'v1.message.get',
])
const topics: ReadonlySet<StreamTopic> = new Set(['message', 'delivery', 'endpoint'])

export function isOfPortal({ noun, id }: Pick<Operation, 'noun' | 'id'>): boolean {
  return nouns.has(noun) || reads.has(id)
}

/** Whether somebody of a customer calls, with a key of the portal: who sees what is sent to endpoints, and not what flows send. */
export function isInPortal(actor: Actor): boolean {
  return actor.kind === 'key' && actor.isPortal
}

export function topicsOfPortal(asked: readonly StreamTopic[]): StreamTopic[] {
  return asked.filter((topic) => topics.has(topic))
}
