import type { eventTypeOperations } from '@posthorn/contract'
import { changeOrganisation, type Change } from '../change.ts'
import type { ApiDeps } from '../deps.ts'
import type { Answer, Call } from '../route.ts'
import { planUpdate } from './change-event-type.ts'
import { eventTypeJson } from './event-type-row.ts'
import { existingEventType } from './find-event-type.ts'

/** Archives the event type, or if it is asked for removes it. */
export async function deleteEventType(deps: ApiDeps, call: Call<typeof eventTypeOperations.delete>): Promise<Answer> {
  await changeOrganisation(deps, call, async (): Promise<Change<unknown>> => {
    const before = await existingEventType(deps, call)
    if (!call.query.expunge) return { ...planUpdate(deps, before, { ...before, archived: 1 }), action: 'event_type.archived' }

    return {
      statements: [deps.store.statements.eventTypes.remove(before.name)],
      action: 'event_type.deleted',
      target: before.name,
      before: eventTypeJson(before),
      result: undefined,
    }
  })
  return { status: 204 }
}
