import { disabledData, endpointData } from '#domain'
import type { StoredEndpoint } from '#store'
import type { Change } from '../change.ts'

type ShownState = Pick<StoredEndpoint, 'id' | 'uid' | 'state'>

/** What the operator is notified of when an endpoint changes: that it changed, and whether it was disabled or enabled by it. */
export function updateEvents(before: ShownState, after: ShownState): NonNullable<Change<unknown>['operational']> {
  const data = endpointData(after)
  const updated = { type: 'endpoint.updated', data } as const
  const [was, is] = [before.state === 'disabled', after.state === 'disabled']
  if (was === is) return [updated]
  return [
    updated,
    is
      ? { type: 'endpoint.disabled', data: disabledData(after, { trigger: 'manual', failSince: null }) }
      : { type: 'endpoint.enabled', data },
  ]
}
