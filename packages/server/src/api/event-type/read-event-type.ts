import type { EventTypeOut, eventTypeOperations } from '@posthorn/contract'
import { bytesOf, noBytes } from '#store'
import type { ApiDeps } from '../deps.ts'
import { rowsOfPage } from '../list-page.ts'
import { cutToContent } from '../page-content.ts'
import { pageAnswer, readPage, type PageRequest } from '../page.ts'
import type { Answer, Call } from '../route.ts'
import { eventTypeJson } from './event-type-row.ts'
import { existingEventType } from './find-event-type.ts'
import { seenWith } from './seen-with.ts'

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
  const contentBytes = (query.with_content ? bytesOf('schemas', 'example') : noBytes).as('bytes')
  const all = store.db.selectFrom('event_type').select(['name', contentBytes]).where(seenWith(actor.featureFlags))
  return rowsOfPage(query.include_archived ? all : all.where('archived', '=', 0), 'name', page)
}

const columnsOfHead = ['name', 'description', 'archived', 'deprecated', 'feature_flags', 'group_name', 'created_at', 'updated_at'] as const

/** The event types of a page. One that is deleted meanwhile is not there. */
async function jsonByName({ store }: ApiDeps, names: readonly string[], withContent: boolean): Promise<ReadonlyMap<string, EventTypeOut>> {
  if (names.length === 0) return new Map()
  const rows = store.db.selectFrom('event_type').where('name', 'in', names)
  const whole = withContent
    ? await rows.selectAll().execute()
    : (await rows.select(columnsOfHead).execute()).map((row) => ({ ...row, schemas: null, example: null }))
  return new Map(whole.map((row) => [row.name, eventTypeJson(row, withContent)]))
}
