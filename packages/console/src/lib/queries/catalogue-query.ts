import type { EventTypeListOut } from '@posthorn/sdk'
import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { api } from '../api.ts'

type EventType = EventTypeListOut['data'][number]

/** Of the application that hears of Posthorn itself, and the flag of its event types: no other application ever gets one of them. */
const OWN = { uid: 'posthorn', id: 'app_0000000000000000000000', flag: 'posthorn' } as const

/** Those that an application can get. */
export function eventTypesOf(app: string, types: readonly EventType[]): readonly EventType[] {
  const isOwn = app === OWN.uid || app === OWN.id
  return types.filter(({ featureFlags }) => isOwn || !(featureFlags ?? []).includes(OWN.flag))
}

interface Asked {
  readonly limit: number
  readonly text?: string
}

/** The first that hold a text. `isWhole`: there are no others. */
export async function eventTypesFound(app: string, { limit, text }: Asked) {
  const { data, done } = await api.eventType.list({ limit, ...(text !== undefined && { text }) })
  return { types: eventTypesOf(app, data), isWhole: done }
}

/** The same for whoever chooses among them. */
export const eventTypesQuery = (app: string, text: string) =>
  queryOptions({
    queryKey: ['event-types', 'found', app, text],
    queryFn: () => eventTypesFound(app, { limit: 250, ...(text !== '' && { text }) }),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  })
