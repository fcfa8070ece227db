import type { System } from './system.ts'

/** The specification and everybody who keeps it: OpenAI, Replicate, Polar and others. Svix's header names are taken too. */
export const standardWebhooks: System = {
  name: 'standard-webhooks',
  title: 'Standard Webhooks',
  scheme: { kind: 'standard_webhooks', profiles: ['standard', 'svix'] },
  eventType: ['body.type'],
  dedupKey: ['header:webhook-id', 'header:svix-id'],
  handshakes: [],
  acknowledgement: { status: 202, deadlineMs: 15_000 },
}
