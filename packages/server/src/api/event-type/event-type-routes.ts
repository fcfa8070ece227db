import { eventTypeIn, eventTypeOperations, type EventTypeOut } from '@posthorn/contract'
import { AppError } from '#domain'
import type { EventTypeTable } from '#store'
import { changeOrganisation, type Change } from '../change.ts'
import { check } from '../check.ts'
import type { ApiDeps } from '../deps.ts'
import { bytesOf, cutToContent, noBytes } from '../page-content.ts'
import { pageAnswer, readPage } from '../page.ts'
import { route, type Call, type Route } from '../route.ts'
import { eventTypeJson, eventTypeRow, flagsText, type EventTypeFields } from './event-type-row.ts'
import { importEventTypes } from './event-type-import.ts'
import { seenWith } from './seen-with.ts'

type Row = EventTypeTable

const columnsOfHead = ['name', 'description', 'archived', 'deprecated', 'feature_flags', 'group_name', 'created_at', 'updated_at'] as const

/** Event types, in Svix's shapes. Deleting archives; creating one that is archived brings it back. */
export function eventTypeRoutes(deps: ApiDeps): Route[] {
  const { db } = deps.store
  const operations = eventTypeOperations

  const find = async (name: string): Promise<Row | undefined> =>
    db.selectFrom('event_type').selectAll().where('name', '=', name).executeTakeFirst()

  const existing = async ({ params, actor }: Pick<Call, 'params' | 'actor'>): Promise<Row> => {
    const seen = db.selectFrom('event_type').selectAll().where(seenWith(actor.featureFlags))
    const row = await seen.where('name', '=', params['event_type_name']!).executeTakeFirst()
    if (!row) throw new AppError('not_found')
    return row
  }

  /** The event types of a page. One that is deleted meanwhile is not there. */
  const jsonByName = async (names: readonly string[], withContent: boolean): Promise<ReadonlyMap<string, EventTypeOut>> => {
    if (names.length === 0) return new Map()
    const rows = db.selectFrom('event_type').where('name', 'in', names)
    const whole = withContent
      ? await rows.selectAll().execute()
      : (await rows.select(columnsOfHead).execute()).map((row) => ({ ...row, schemas: null, example: null }))
    return new Map(whole.map((row) => [row.name, eventTypeJson(row, withContent)]))
  }

  const rowOf = (name: string, fields: EventTypeFields, createdAt: number): Row =>
    eventTypeRow(name, fields, { createdAt, now: deps.clock.now() })

  /** A change is recognised by its time, so two changes never have the same one. */
  const later = (before: Row): number => Math.max(deps.clock.now(), before.updated_at + 1)

  const insert = (row: Row): Change<Row> => ({
    statements: [{ query: db.insertInto('event_type').values(row).compile() }],
    action: 'event_type.created',
    target: row.name,
    after: eventTypeJson(row),
    result: row,
  })
  const replace = (before: Row, fields: Row): Change<Row> => {
    const after = { ...fields, updated_at: later(before) }
    return {
      statements: [
        {
          query: db
            .updateTable('event_type')
            .set(after)
            .where('name', '=', before.name)
            .where('updated_at', '=', before.updated_at)
            .compile(),
          rows: 1,
        },
      ],
      action: 'event_type.updated',
      target: before.name,
      before: eventTypeJson(before),
      after: eventTypeJson(after),
      result: after,
    }
  }

  return [
    route(operations.list, async ({ query, actor }) => {
      const asked = readPage(query, 'event-type', 'ascending')
      const contentBytes = (query.with_content ? bytesOf('schemas', 'example') : noBytes).as('bytes')
      let select = db
        .selectFrom('event_type')
        .select(['name', contentBytes])
        .where(seenWith(actor.featureFlags))
        .orderBy('name', asked.order)
        .limit(asked.limit + 1)
      if (!query.include_archived) select = select.where('archived', '=', 0)
      if (asked.beyond !== null) select = select.where('name', asked.order === 'asc' ? '>' : '<', asked.beyond)
      const { page, looked } = cutToContent(asked, { rows: await select.execute(), stoppedAt: null })
      const shown = await jsonByName(looked.rows.map(({ name }) => name).slice(0, page.limit), query.with_content)
      const answer = pageAnswer(page, looked.rows, { key: (row) => row.name, item: (row) => shown.get(row.name) })
      return { status: 200, body: { ...answer, data: answer.data.filter((one) => one !== undefined) } }
    }),
    route(operations.create, async (call) => {
      const row = await changeOrganisation(deps, call, async () => {
        const before = await find(call.body.name)
        if (before && before.archived === 0) throw new AppError('event_type_exists')
        const after = rowOf(call.body.name, call.body, before?.created_at ?? deps.clock.now())
        return before ? replace(before, after) : insert(after)
      })
      return { status: 201, body: eventTypeJson(row) }
    }),
    route(operations.import, async (call) => ({ status: 200, body: await importEventTypes(deps, call, call.body) })),
    route(operations.get, async (call) => ({ status: 200, body: eventTypeJson(await existing(call)) })),
    route(operations.update, async (call) => {
      const name = call.params['event_type_name']!
      check(eventTypeIn, { ...call.body, name }, 'body')
      let status = 200
      const row = await changeOrganisation(deps, call, async () => {
        const before = await find(name)
        status = before ? 200 : 201
        const after = rowOf(name, call.body, before?.created_at ?? deps.clock.now())
        return before ? replace(before, after) : insert(after)
      })
      return { status, body: eventTypeJson(row) }
    }),
    route(operations.patch, async (call) => {
      const row = await changeOrganisation(deps, call, async () => {
        const before = await existing(call)
        const { description, archived, deprecated, schemas, groupName, example } = call.body
        const flags = flagsText(call.body)
        const after: Row = {
          ...before,
          ...(description !== undefined && { description }),
          ...(archived !== undefined && { archived: archived ? 1 : 0 }),
          ...(deprecated !== undefined && { deprecated: deprecated ? 1 : 0 }),
          ...(schemas !== undefined && { schemas: schemas && JSON.stringify(schemas) }),
          ...(flags !== undefined && { feature_flags: flags }),
          ...(groupName !== undefined && { group_name: groupName }),
          ...(example !== undefined && { example: JSON.stringify(example) }),
        }
        return replace(before, after)
      })
      return { status: 200, body: eventTypeJson(row) }
    }),
    route(operations.delete, async (call) => {
      await changeOrganisation(deps, call, async (): Promise<Change<unknown>> => {
        const before = await existing(call)
        if (!call.query.expunge) return { ...replace(before, { ...before, archived: 1 }), action: 'event_type.archived' }
        const query = db.deleteFrom('event_type').where('name', '=', before.name).compile()
        return {
          statements: [{ query }],
          action: 'event_type.deleted',
          target: before.name,
          before: eventTypeJson(before),
          result: undefined,
        }
      })
      return { status: 204 }
    }),
  ]
}
