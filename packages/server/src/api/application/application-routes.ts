import { applicationOperations, type ApplicationOut, type applicationIn } from '@posthorn/contract'
import type { z } from 'zod'
import { AppError, isId, plans, type ApplicationId } from '#domain'
import { laneStates, type ApplicationSnapshot, type ApplicationTable } from '#store'
import type { ApiDeps } from '../deps.ts'
import { changeApplication, changeOrganisation } from '../change.ts'
import { pageAnswer, readPage } from '../page.ts'
import { route, type Route } from '../route.ts'

type Row = Omit<ApplicationTable, 'version'> & { readonly version: number }
type In = z.output<typeof applicationIn>

/** Applications, in Svix's shapes. Deleting one is soft; its lanes stop at once and its uid is free again. */
export function applicationRoutes(deps: ApiDeps): Route[] {
  const { store, clock, ids } = deps
  const { db } = store
  const operations = applicationOperations

  const existing = async (idOrUid: string): Promise<ApplicationSnapshot> => {
    const snapshot = await deps.config.application(idOrUid)
    if (!snapshot) throw new AppError('not_found')
    return snapshot
  }

  const rowOf = (body: In, now: number): Row => ({
    id: ids.make('app'),
    uid: body.uid ?? null,
    name: body.name,
    metadata: JSON.stringify(body.metadata),
    plan: planOf(body.plan),
    settings: '{}',
    throttle_rate: body.throttleRate ?? null,
    version: 1,
    created_at: now,
    updated_at: now,
    deleted_at: null,
  })

  const insert = (call: Parameters<typeof changeOrganisation>[1], row: Row) =>
    changeOrganisation(deps, call, async () => ({
      statements: [{ query: db.insertInto('application').values(row).compile() }],
      application: row.id as ApplicationId,
      action: 'application.created',
      target: row.id,
      after: applicationJson(row),
      result: row,
    }))

  /** The version is compared and raised by the store, so it is not among the values. */
  const update = async (
    call: Parameters<typeof changeOrganisation>[1],
    snapshot: ApplicationSnapshot,
    values: (before: Row) => Partial<Row>,
  ) =>
    changeApplication(deps, { ...call, application: snapshot }, ({ row: before }) => {
      const changed = { ...values(before), updated_at: clock.now() }
      const after = { ...before, ...changed }
      return {
        statements: [{ query: db.updateTable('application').set(changed).where('id', '=', before.id).compile(), rows: 1 }],
        action: 'application.updated',
        target: before.id,
        before: applicationJson(before),
        after: applicationJson(after),
        result: after,
      }
    })

  return [
    route(operations.list, async ({ query }) => {
      const page = readPage(query, 'ascending')
      let select = db
        .selectFrom('application')
        .selectAll()
        .where('deleted_at', 'is', null)
        .orderBy('id', page.order)
        .limit(page.limit + 1)
      if (page.beyond !== null) select = select.where('id', page.order === 'asc' ? '>' : '<', page.beyond)
      return { status: 200, body: pageAnswer(page, await select.execute(), { key: (row) => row.id, item: applicationJson }) }
    }),
    route(operations.create, async (call) => {
      const there = call.body.uid && call.query.get_if_exists ? await deps.config.application(call.body.uid) : undefined
      if (there) return { status: 200, body: applicationJson(there.row) }
      return { status: 201, body: applicationJson(await insert(call, rowOf(call.body, clock.now()))) }
    }),
    route(operations.get, async ({ application }) => ({ status: 200, body: applicationJson(application.row) })),
    route(operations.update, async (call) => {
      const idOrUid = call.params['app_id']!
      const snapshot = await deps.config.application(idOrUid)
      if (!snapshot) {
        if (isId('app', idOrUid)) throw new AppError('not_found')
        return {
          status: 201,
          body: applicationJson(await insert(call, rowOf({ ...call.body, uid: call.body.uid ?? idOrUid }, clock.now()))),
        }
      }
      const { name, uid, metadata, throttleRate, plan } = call.body
      const after = await update(call, snapshot, (before) => ({
        name,
        uid: uid === undefined ? before.uid : uid,
        metadata: JSON.stringify(metadata),
        throttle_rate: throttleRate ?? null,
        plan: planOf(plan ?? before.plan),
      }))
      return { status: 200, body: applicationJson(after) }
    }),
    route(operations.patch, async (call) => {
      const snapshot = await existing(call.params['app_id']!)
      const { name, uid, metadata, throttleRate, plan } = call.body
      const after = await update(call, snapshot, (before) => ({
        name: name ?? before.name,
        uid: uid === undefined ? before.uid : uid,
        metadata: metadata ? JSON.stringify(metadata) : before.metadata,
        throttle_rate: throttleRate === undefined ? before.throttle_rate : throttleRate,
        plan: planOf(plan ?? before.plan),
      }))
      return { status: 200, body: applicationJson(after) }
    }),
    route(operations.delete, async (call) => {
      const snapshot = await existing(call.params['app_id']!)
      const lanes = await db.selectFrom('lane').select('lane').where('application_id', '=', snapshot.id).execute()
      await changeApplication(deps, { ...call, application: snapshot }, ({ row }) => ({
        statements: [{ query: db.updateTable('application').set({ deleted_at: clock.now() }).where('id', '=', row.id).compile(), rows: 1 }],
        lanes: lanes.map(({ lane }) => ({ kind: 'state' as const, lane, state: laneStates.removed, resetFailures: false })),
        action: 'application.deleted',
        target: row.id,
        before: applicationJson(row),
        result: undefined,
      }))
      return { status: 204 }
    }),
  ]
}

function planOf(name: string | undefined): string {
  if (name === undefined) return 'unlimited'
  if (name in plans) return name
  throw new AppError('validation_error', {
    fields: [{ pointer: '/plan', code: 'unknown_plan', message: `There is no plan "${name}". Plans: ${Object.keys(plans).join(', ')}.` }],
  })
}

function applicationJson(row: Row): ApplicationOut {
  return {
    id: row.id,
    uid: row.uid,
    name: row.name,
    metadata: JSON.parse(row.metadata) as Record<string, string>,
    throttleRate: row.throttle_rate,
    plan: row.plan,
    createdAt: new Date(row.created_at).toISOString(),
    updatedAt: new Date(row.updated_at).toISOString(),
  }
}
