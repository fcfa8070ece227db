import { eventTypeIn, type eventTypeOperations } from '@posthorn/contract'
import { AppError } from '#domain'
import type { StoredEventType } from '#store'
import { changeOrganisation, type Change } from '../change.ts'
import { check } from '../check.ts'
import type { ApiDeps } from '../deps.ts'
import type { Answer, Call } from '../route.ts'
import { eventTypeJson, eventTypeRow, patchedEventType, type EventTypeFields } from './event-type-row.ts'
import { existingEventType, findEventType } from './find-event-type.ts'

export async function createEventType(deps: ApiDeps, call: Call<typeof eventTypeOperations.create>): Promise<Answer> {
  const { name, ...fields } = call.body
  const row = await changeOrganisation(deps, call, async () => {
    const before = await findEventType(deps, name)
    if (before && before.archived === 0) throw new AppError('event_type_exists')
    return put(deps, { name, before, fields })
  })
  return { status: 201, body: eventTypeJson(row) }
}

/** Replaces the event type, or makes it. */
export async function replaceEventType(deps: ApiDeps, call: Call<typeof eventTypeOperations.update>): Promise<Answer> {
  const name = call.params['event_type_name']!
  check(eventTypeIn, { ...call.body, name }, 'body')
  let status = 200
  const row = await changeOrganisation(deps, call, async () => {
    const before = await findEventType(deps, name)
    status = before ? 200 : 201
    return put(deps, { name, before, fields: call.body })
  })
  return { status, body: eventTypeJson(row) }
}

export async function patchEventType(deps: ApiDeps, call: Call<typeof eventTypeOperations.patch>): Promise<Answer> {
  const row = await changeOrganisation(deps, call, async () => {
    const before = await existingEventType(deps, call)
    return planUpdate(deps, before, patchedEventType(before, call.body))
  })
  return { status: 200, body: eventTypeJson(row) }
}

interface Put {
  readonly name: string
  readonly before: StoredEventType | undefined
  readonly fields: EventTypeFields
}

function put(deps: ApiDeps, { name, before, fields }: Put): Change<StoredEventType> {
  const now = deps.clock.now()
  const row = eventTypeRow(name, fields, { createdAt: before?.created_at ?? now, now })
  return before ? planUpdate(deps, before, row) : planInsert(deps, row)
}

function planInsert({ store }: ApiDeps, row: StoredEventType): Change<StoredEventType> {
  return {
    statements: [store.statements.eventTypes.insert(row)],
    action: 'event_type.created',
    target: row.name,
    after: eventTypeJson(row),
    result: row,
  }
}

/** A change is recognised by its time, so two changes never have the same one. */
export function planUpdate({ store, clock }: ApiDeps, before: StoredEventType, fields: StoredEventType): Change<StoredEventType> {
  const after = { ...fields, updated_at: Math.max(clock.now(), before.updated_at + 1) }

  return {
    statements: [store.statements.eventTypes.replace(before, after)],
    action: 'event_type.updated',
    target: before.name,
    before: eventTypeJson(before),
    after: eventTypeJson(after),
    result: after,
  }
}
