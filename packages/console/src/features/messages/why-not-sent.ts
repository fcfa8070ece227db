import type { EndpointOut } from '@posthorn/sdk'
import type { Message } from './queries.ts'

/** Why an endpoint did not get a message, as far as what it is now shows. */
export function whyNotSent(endpoint: EndpointOut, message: Pick<Message, 'eventType' | 'channels' | 'timestamp'>): string {
  if (Date.parse(endpoint.createdAt) > Date.parse(message.timestamp)) return 'was added later'
  if (endpoint.eventTypes !== null && !endpoint.eventTypes.some((pattern) => takes(pattern, message.eventType)))
    return `is not subscribed to ${message.eventType}`
  if (endpoint.channels !== null && !endpoint.channels.some((channel) => message.channels?.includes(channel)))
    return `only takes the channels ${endpoint.channels.join(', ')}`
  if (endpoint.disabled) return 'is disabled'
  return endpoint.filter === null ? 'did not want it at that time' : 'has a filter that its payload does not fit'
}

function takes(pattern: string, eventType: string): boolean {
  return pattern === '*' || pattern === eventType || (pattern.endsWith('.*') && eventType.startsWith(pattern.slice(0, -1)))
}
