import type { EndpointOut } from '@posthorn/sdk'
import type { Message } from './queries.ts'

type Sent = Pick<Message, 'eventType' | 'channels' | 'timestamp'>

/** Why an endpoint did not get a message, as far as what it is now shows. */
export function whyNotSent(endpoint: EndpointOut, message: Sent): string {
  return Date.parse(endpoint.createdAt) > Date.parse(message.timestamp) ? 'was added later' : whyNotWanted(endpoint, message)
}

/** Why an endpoint as it is now does not want a message. */
export function whyNotWanted(endpoint: EndpointOut, message: Pick<Message, 'eventType' | 'channels'>): string {
  if (!subscribes(endpoint, message)) return `is not subscribed to ${message.eventType}`
  if (endpoint.channels !== null && !endpoint.channels.some((channel) => message.channels?.includes(channel)))
    return `only takes the channels ${endpoint.channels.join(', ')}`
  if (endpoint.disabled) return 'is disabled'
  return endpoint.filter === null ? 'did not want it at that time' : 'has a filter that its payload does not fit'
}

/** Whether it may be sent there as the endpoint is now; what its filter says only the server knows. */
export function mayGet(endpoint: EndpointOut, message: Pick<Message, 'eventType' | 'channels'>): boolean {
  const ofChannel = endpoint.channels === null || endpoint.channels.some((channel) => message.channels?.includes(channel))
  return !endpoint.disabled && subscribes(endpoint, message) && ofChannel
}

function subscribes({ eventTypes }: EndpointOut, message: Pick<Message, 'eventType'>): boolean {
  return eventTypes === null || eventTypes.some((pattern) => takes(pattern, message.eventType))
}

function takes(pattern: string, eventType: string): boolean {
  return pattern === '*' || pattern === eventType || (pattern.endsWith('.*') && eventType.startsWith(pattern.slice(0, -1)))
}
