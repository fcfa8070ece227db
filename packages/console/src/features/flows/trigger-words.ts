import type { ListenerOut } from '@posthorn/sdk'
import type { FlowHead } from './queries.ts'

/** What starts a flow, in a few words; `listeners` names them by id. A newer server may know more kinds. */
export function triggerWords(trigger: FlowHead['trigger'], listeners?: ReadonlyMap<string, string>): string {
  switch (trigger.kind) {
    case 'webhook':
      return `Requests at ${listeners?.get(trigger.listener) ?? trigger.listener}`
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

/** The same in two lines: what it is called, and what it is. */
export function triggerLines(
  trigger: FlowHead['trigger'],
  listener: Pick<ListenerOut, 'name' | 'methods' | 'suffix'> | undefined,
): readonly [string, string] {
  switch (trigger.kind) {
    case 'webhook':
      return listener === undefined
        ? ['Webhook', trigger.listener]
        : [listener.name, `Webhook · ${listener.methods.join(', ')} ${listener.suffix}`]
    case 'event':
      return ['Events', trigger.eventTypes.join(', ')]
    case 'schedule':
      return ['Schedule', `${trigger.cron} (${trigger.timeZone ?? 'UTC'})`]
    case 'job':
      return ['Jobs', 'Started through the API']
    default:
      return [triggerWords(trigger), '']
  }
}
