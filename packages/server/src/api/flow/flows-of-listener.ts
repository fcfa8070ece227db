import type { FlowDefinition } from '@posthorn/contract'
import type { ApplicationSnapshot, FlowSnapshot, StoredListener } from '#store'

/** The published flows that the requests of a listener start, with their definitions; a disabled one would start none. */
export function flowsOfListener(
  application: ApplicationSnapshot,
  listener: Pick<StoredListener, 'id' | 'uid'>,
): readonly { readonly flow: FlowSnapshot; readonly definition: FlowDefinition }[] {
  return application.flows.flatMap((flow) => {
    if (flow.published === null) return []
    const definition = JSON.parse(flow.published.definition) as FlowDefinition
    const { trigger } = definition
    return trigger.kind === 'webhook' && (trigger.listener === listener.id || trigger.listener === listener.uid)
      ? [{ flow, definition }]
      : []
  })
}
