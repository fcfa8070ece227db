import type { FlowHead } from './queries.ts'

/** What starts a flow, in a few words. A newer server may know more kinds. */
export function triggerWords(trigger: FlowHead['trigger']): string {
  switch (trigger.kind) {
    case 'webhook':
      return `Requests at ${trigger.listener}`
    case 'event':
      return `Events: ${trigger.eventTypes.join(', ')}`
    case 'schedule':
      return `At times: ${trigger.cron} (${trigger.timeZone ?? 'UTC'})`
    case 'job':
      return 'Jobs'
    default:
      return String((trigger as { readonly kind: string }).kind)
  }
}
