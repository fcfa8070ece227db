import type { EventTypeOut, eventTypeOperations } from '@posthorn/contract'
import type { ApiDeps } from '../deps.ts'
import { cutToContent } from '../page-content.ts'
import { pageAnswer, readPage, rowsOfPage, type PageRequest } from '../page.ts'
import type { Answer, Call } from '../route.ts'
import { eventTypeJson } from './event-type-row.ts'
import { existingEventType } from './find-event-type.ts'

type ListCall = Call<typeof eventTypeOperations.list>

/** A page of names, cut where their content would be more than one answer holds; then the content. */
export async function listEventTypes(deps: ApiDeps, call: ListCall): Promise<Answer> {
  const { with_content: withContent } = call.query
  const asked = readPage(call.query, 'event-type', 'ascending')
  const { page, looked } = cutToContent(asked, { rows: await namesOf(deps, call, asked), stoppedAt: null })
  const shown = await jsonByName(deps, looked.rows.map(({ name }) => name).slice(0, page.limit), withContent)
  const answer = pageAnswer(page, looked.rows, { key: (row) => row.name, item: (row) => shown.get(row.name) })
  return { status: 200, body: { ...answer, data: answer.data.filter((one) => one !== undefined) } }
}

export async function getEventType(deps: ApiDeps, call: Call<typeof eventTypeOperations.get>): Promise<Answer> {
  return { status: 200, body: eventTypeJson(await existingEventType(deps, call)) }
}

function namesOf({ store }: ApiDeps, { query, actor }: ListCall, page: PageRequest) {
  const { include_archived: archived, with_content: sized } = query
  return store.queries.eventTypes.list({ featureFlags: actor.featureFlags, archived, sized }, rowsOfPage(page))
}

/** The event types of a page. One that is deleted meanwhile is not there. */
async function jsonByName({ store }: ApiDeps, names: readonly string[], withContent: boolean): Promise<ReadonlyMap<string, EventTypeOut>> {
  const rows = await store.queries.eventTypes.byNames(names, withContent)
  return new Map(rows.map((row) => [row.name, eventTypeJson(row, withContent)]))
}
