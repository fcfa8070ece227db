import { applicationIn, applicationOperations } from '@posthorn/contract'
import type { z } from 'zod'
import { AppError, isId, operationalApplication, type ApplicationId } from '#domain'
import { laneStates, type ApplicationSnapshot } from '#store'
import { changeApplication, changeOrganisation } from '../change.ts'
import { check } from '../check.ts'
import type { ApiDeps } from '../deps.ts'
import { pageAnswer, readPage } from '../page.ts'
import { choosePlan } from '../plan/choose-plan.ts'
import { route, type Call, type Route } from '../route.ts'
import { refuseReserved } from './reserved-application.ts'
import { applicationJson, settingsAfter, type ApplicationRow as Row } from './application-row.ts'

type In = z.output<typeof applicationIn>

/** Applications, in Svix's shapes. Deleting one is soft; its lanes stop at once and its uid is free again. */
export function applicationRoutes(deps: ApiDeps): Route[] {
  const { store, clock } = deps
  const { db } = store
  const operations = applicationOperations

  const existing = async (idOrUid: string): Promise<ApplicationSnapshot> => {
    const snapshot = await deps.config.application(idOrUid)
    if (!snapshot) throw new AppError('not_found')
    return snapshot
  }

  /** The version is compared and raised by the store, so it is not among the values. */
  const update = async (call: ActorCall, snapshot: ApplicationSnapshot, { plan: wanted, ...fields }: Update) =>
    changeApplication(deps, { ...call, application: snapshot }, async ({ row: before }) => {
      const otherPlan = wanted !== undefined && wanted !== before.plan
      const plan = otherPlan ? await choosePlan(deps, wanted) : { name: before.plan, statements: [] }
      const settings = settingsAfter(before.settings, fields)
      const changed = { ...fields.values(before), plan: plan.name, settings, updated_at: clock.now() }
      const after = { ...before, ...changed }
      if (after.name !== before.name || after.uid !== before.uid) refuseReserved(snapshot)
      return {
        statements: [
          ...plan.statements,
          { query: db.updateTable('application').set(changed).where('id', '=', before.id).compile(), rows: 1 },
        ],
        ...(otherPlan && { limits: { application: snapshot.id } }),
        action: 'application.updated',
        target: before.id,
        before: applicationJson(before),
        after: applicationJson(after),
        result: after,
      }
    })

  return [
    route(operations.list, async ({ query }) => {
      const page = readPage(query, 'app', 'ascending')
      let select = db
        .selectFrom('application')
        .selectAll()
        .where('deleted_at', 'is', null)
        .orderBy('id', page.order)
        .limit(page.limit + 1)
      // Clients that go over all applications do so for their own.
      if (!query.include_system) select = select.where('id', '<>', operationalApplication.id)
      if (page.beyond !== null) select = select.where('id', page.order === 'asc' ? '>' : '<', page.beyond)
      return { status: 200, body: pageAnswer(page, await select.execute(), { key: (row) => row.id, item: applicationJson }) }
    }),
    route(operations.create, async (call) => {
      const { uid } = call.body
      const there = async () => (uid != null && call.query.get_if_exists ? deps.config.application(uid) : undefined)
      const before = await there()
      if (before) return { status: 200, body: applicationJson(before.row) }
      try {
        return { status: 201, body: applicationJson(await createApplication(deps, call, call.body)) }
      } catch (error) {
        // Two callers who want to be sure that it exists may both be first.
        const other = error instanceof AppError && error.code === 'conflict' ? await there() : undefined
        if (!other) throw error
        return { status: 200, body: applicationJson(other.row) }
      }
    }),
    route(operations.get, async ({ application }) => ({ status: 200, body: applicationJson(application.row) })),
    route(operations.update, async (call) => {
      const idOrUid = call.params['app_id']!
      const snapshot = await deps.config.application(idOrUid)
      if (!snapshot) {
        if (isId('app', idOrUid)) throw new AppError('not_found')
        const body = check(applicationIn, { ...call.body, uid: call.body.uid ?? idOrUid }, 'body') as In
        return { status: 201, body: applicationJson(await createApplication(deps, call, body)) }
      }
      const { name, uid, metadata, throttleRate, ...ours } = call.body
      const values = (before: Row) => ({
        name,
        uid: uid === undefined ? before.uid : uid,
        metadata: JSON.stringify(metadata),
        throttle_rate: throttleRate ?? null,
      })
      const after = await update(call, snapshot, { ...ours, values })
      return { status: 200, body: applicationJson(after) }
    }),
    route(operations.patch, async (call) => {
      const snapshot = await existing(call.params['app_id']!)
      const { name, uid, metadata, throttleRate, ...ours } = call.body
      const values = (before: Row) => ({
        name: name ?? before.name,
        uid: uid === undefined ? before.uid : uid,
        metadata: metadata ? JSON.stringify(metadata) : before.metadata,
        throttle_rate: throttleRate === undefined ? before.throttle_rate : throttleRate,
      })
      const after = await update(call, snapshot, { ...ours, values })
      return { status: 200, body: applicationJson(after) }
    }),
    route(operations.delete, async (call) => {
      const snapshot = await existing(call.params['app_id']!)
      refuseReserved(snapshot)
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

type ActorCall = Pick<Call, 'actor' | 'ip'>

/** What Svix's PUT replaces is in `values`; our own fields stay as they are unless the body names them. */
type Update = Pick<In, 'plan' | 'defaultSigning' | 'defaultRetryPolicy'> & { readonly values: (before: Row) => Partial<Row> }

/** Makes an application; its uid is taken by nobody, or the answer is `conflict`. */
export async function createApplication(deps: ApiDeps, call: ActorCall, body: In): Promise<Row> {
  const now = deps.clock.now()
  const plan = await choosePlan(deps, body.plan)
  const row: Row = {
    id: deps.ids.make('app'),
    uid: body.uid ?? null,
    name: body.name,
    metadata: JSON.stringify(body.metadata),
    plan: plan.name,
    settings: settingsAfter('{}', body),
    throttle_rate: body.throttleRate ?? null,
    version: 1,
    created_at: now,
    updated_at: now,
    deleted_at: null,
  }
  return changeOrganisation(deps, call, async () => ({
    statements: [...plan.statements, { query: deps.store.db.insertInto('application').values(row).compile() }],
    application: row.id as ApplicationId,
    action: 'application.created',
    target: row.id,
    after: applicationJson(row),
    result: row,
  }))
}
