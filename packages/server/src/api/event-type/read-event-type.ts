import type { EventTypeOut, EventTypeUseOut, eventTypeOperations } from '@posthorn/contract'
import type { EventTypeUsers, Stretch } from '#store'
import type { ApiDeps } from '../deps.ts'
import { fitsText, fitting } from '../list-page.ts'
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
  const { page, looked } = cutToContent(asked, await namesOf(deps, call, asked))
  const shown = await jsonByName(deps, looked.rows.map(({ name }) => name).slice(0, page.limit), withContent)
  const answer = pageAnswer(page, looked.rows, { key: (row) => row.name, item: (row) => shown.get(row.name) })
  return { status: 200, body: { ...answer, data: answer.data.filter((one) => one !== undefined) } }
}

export async function getEventType(deps: ApiDeps, call: Call<typeof eventTypeOperations.get>): Promise<Answer> {
  return { status: 200, body: eventTypeJson(await existingEventType(deps, call)) }
}

/** So many of each are named. */
const USERS_MAX = 10

export async function getEventTypeUse(deps: ApiDeps, call: Call<typeof eventTypeOperations.use>): Promise<Answer> {
  const { name } = await existingEventType(deps, call)
  const { endpoints, flows } = await deps.store.queries.eventTypes.users(name, USERS_MAX)
  return { status: 200, body: { endpoints: usersJson(endpoints), flows: usersJson(flows) } satisfies EventTypeUseOut }
}

function usersJson({ count, first }: EventTypeUsers): EventTypeUseOut['endpoints'] {
  return {
    count,
    first: first.map(({ id, name, application, applicationName }) => ({ id, name, applicationId: application, applicationName })),
  }
}

async function namesOf({ store }: ApiDeps, { query, actor }: ListCall, page: PageRequest) {
  const { include_archived: archived, with_content: sized, text } = query
  const read = (rows: Stretch) => store.queries.eventTypes.list({ featureFlags: actor.featureFlags, archived, sized }, rows)
  const stretch = rowsOfPage(page)
  const fits = fitsText<{ readonly name: string; readonly description: string }>(text, ({ name, description }) => [name, description])
  return fits === undefined ? { rows: await read(stretch), stoppedAt: null } : fitting(stretch, { read, fits, key: ({ name }) => name })
}

/** The event types of a page. One that is deleted meanwhile is not there. */
async function jsonByName({ store }: ApiDeps, names: readonly string[], withContent: boolean): Promise<ReadonlyMap<string, EventTypeOut>> {
  const rows = await store.queries.eventTypes.byNames(names, withContent)
  return new Map(rows.map((row) => [row.name, eventTypeJson(row, withContent)]))
}
