import { endpointIn, endpointOperations } from '@posthorn/contract'
import { AppError, endpointData, isId, type DeliveryId, type SigningProfile } from '#domain'
import { laneStates, type ApplicationSnapshot, type EndpointTable } from '#store'
import { changeApplication } from '../change.ts'
import { check } from '../check.ts'
import type { ApiDeps } from '../deps.ts'
import { pageAnswer, readPage } from '../page.ts'
import { route, type Route } from '../route.ts'
import { checkEndpoint } from './endpoint-checks.ts'
import { withExactFilter } from './endpoint-content.ts'
import { endpointHeaderRoutes, headerNames, sealHeaders } from './endpoint-headers.ts'
import { endpointRecoverRoutes } from './endpoint-recover.ts'
import { patchColumns, replaceColumns, type EndpointPatchFields } from './endpoint-fields.ts'
import { endpointJson, laneStateOf, newEndpointRow, stateOf, type EndpointFields } from './endpoint-row.ts'
import { updateEvents } from './endpoint-events.ts'
import { endpointSecretRoutes, makeSecret } from './endpoint-secret.ts'
import { endpointTestRoutes } from './endpoint-test-routes.ts'
import { existingEndpoint, findEndpoint, type EndpointCall } from './find-endpoint.ts'

/** Endpoints, in Svix's shapes with our fields beside them. */
export function endpointRoutes(deps: ApiDeps): Route[] {
  return [
    ...configurationRoutes(deps),
    ...endpointSecretRoutes(deps),
    ...endpointHeaderRoutes(deps),
    ...endpointTestRoutes(deps),
    ...endpointRecoverRoutes(deps),
  ]
}

function configurationRoutes(deps: ApiDeps): Route[] {
  const { db } = deps.store
  const operations = endpointOperations
  return [
    route(operations.list, async ({ application, query }) => {
      const page = readPage(query, 'ep', 'ascending')
      let select = db
        .selectFrom('endpoint')
        .selectAll()
        .where('application_id', '=', application.id)
        .where('deleted_at', 'is', null)
        .orderBy('id', page.order)
        .limit(page.limit + 1)
      if (page.beyond !== null) select = select.where('id', page.order === 'asc' ? '>' : '<', page.beyond)
      return { status: 200, body: pageAnswer(page, await select.execute(), { key: (row) => row.id, item: endpointJson }) }
    }),
    route(operations.create, async (call) => ({ status: 201, body: await createEndpoint(deps, call, withExactFilter(call)) })),
    route(operations.get, async ({ application, params }) => ({ status: 200, body: endpointJson(existingEndpoint(application, params)) })),
    route(operations.update, async (call) => {
      const name = call.params['endpoint_id']!
      const fields = withExactFilter(call)
      if (findEndpoint(call.application, name)) {
        return { status: 200, body: await updateEndpoint(deps, call, { fields, columns: replaceColumns(fields) }) }
      }
      if (isId('ep', name)) throw new AppError('not_found')
      const body = check(endpointIn, { ...fields, uid: fields.uid ?? name }, 'body') as EndpointFields
      return { status: 201, body: await createEndpoint(deps, call, body) }
    }),
    route(operations.patch, async (call) => {
      const fields = withExactFilter(call)
      return { status: 200, body: await updateEndpoint(deps, call, { fields, columns: patchColumns(fields) }) }
    }),
    route(operations.delete, async (call) => {
      await deleteEndpoint(deps, call)
      return { status: 204 }
    }),
  ]
}

async function createEndpoint(deps: ApiDeps, call: EndpointCall, fields: EndpointFields) {
  const { db } = deps.store
  const id = deps.ids.make('ep')
  return changeApplication(deps, call, async (application) => {
    const { plan } = application
    if (plan.endpointsMax !== null && application.endpoints.length >= plan.endpointsMax) {
      throw new AppError('limit_reached', {
        detail: `The plan ${plan.name} allows ${plan.endpointsMax} endpoint${plan.endpointsMax === 1 ? '' : 's'}, and this application has ${application.endpoints.length}. Delete one, or give it another plan.`,
      })
    }
    await checkEndpoint({ ...deps, owner: application.id, actor: call.actor }, fields, plan)
    const signing = fields.signing ?? defaultSigning(application) ?? plan.defaultSigning
    const row = newEndpointRow(fields, {
      id,
      application: application.id,
      signing,
      headers: sealHeaders(deps.vault, id, fields.headers),
      now: deps.clock.now(),
    })
    const secret = makeSecret(deps, id, { profile: signing, given: fields.secret, pointer: '/secret' })
    const made = endpointJson(row)
    return {
      statements: [
        { query: db.insertInto('endpoint').values(row).compile() },
        { query: db.insertInto('endpoint_secret').values(secret.row).compile() },
      ],
      lanes: [{ kind: 'create', lane: id, application: application.id, state: laneStateOf(row.state), ordered: row.ordered === 1 }],
      action: 'endpoint.created',
      target: id,
      after: { ...made, headerNames: Object.keys(fields.headers ?? {}) },
      tells: [{ type: 'endpoint.created', data: endpointData(row) }],
      result: { ...made, secret: secret.text },
    }
  })
}

function defaultSigning(application: ApplicationSnapshot): SigningProfile | undefined {
  return (JSON.parse(application.settings) as { defaultSigning?: SigningProfile }).defaultSigning
}

interface EndpointChange {
  readonly fields: EndpointPatchFields
  readonly columns: Partial<EndpointTable>
}

async function updateEndpoint(deps: ApiDeps, call: EndpointCall, { fields, columns }: EndpointChange) {
  const { vault, clock } = deps
  const { db } = deps.store
  return changeApplication(deps, call, async (application) => {
    const { secrets: _secrets, ...before } = existingEndpoint(application, call.params)
    const subscribed = JSON.parse(before.event_types ?? '[]') as string[]
    await checkEndpoint({ ...deps, owner: application.id, actor: call.actor, subscribed }, fields, application.plan)
    const namesBefore = headerNames(vault, before)
    const names = fields.headers === undefined ? namesBefore : Object.keys(fields.headers ?? {})
    const state = stateOf(fields, before.state)
    const changed = {
      ...columns,
      state,
      updated_at: clock.now(),
      ...(fields.headers !== undefined && { headers: sealHeaders(vault, before.id, fields.headers) }),
    }
    const after = { ...before, ...changed }
    // Keys of `hex` are literal text and those of the others base64, so over that border the secret cannot come along.
    const secret =
      (after.signing === 'hex') === (before.signing === 'hex')
        ? undefined
        : makeSecret(deps, before.id, { profile: after.signing as SigningProfile, given: null, pointer: '/signing' })
    return {
      statements: [
        { query: db.updateTable('endpoint').set(changed).where('id', '=', before.id).compile(), rows: 1 },
        ...(secret
          ? [
              { query: db.deleteFrom('endpoint_secret').where('endpoint_id', '=', before.id).compile() },
              { query: db.insertInto('endpoint_secret').values(secret.row).compile() },
            ]
          : []),
      ],
      lanes: [
        ...(state === before.state
          ? []
          : [{ kind: 'state' as const, lane: before.id, state: laneStateOf(state), resetFailures: state === 'active' }]),
        ...(after.ordered === before.ordered ? [] : [{ kind: 'order' as const, lane: before.id, ordered: after.ordered === 1 }]),
      ],
      action: 'endpoint.updated',
      target: before.id,
      before: { ...endpointJson(before), headerNames: namesBefore },
      after: { ...endpointJson(after), headerNames: names, ...(secret && { secretRotated: true }) },
      tells: updateEvents(before, after),
      result: { ...endpointJson(after), ...(secret && { secret: secret.text }) },
    }
  })
}

async function deleteEndpoint(deps: ApiDeps, call: EndpointCall): Promise<void> {
  const { db } = deps.store
  const now = deps.clock.now()
  const lane = await changeApplication(deps, call, (application) => {
    const before = existingEndpoint(application, call.params)
    return {
      statements: [{ query: db.updateTable('endpoint').set({ deleted_at: now }).where('id', '=', before.id).compile(), rows: 1 }],
      lanes: [{ kind: 'state', lane: before.id, state: laneStates.removed, resetFailures: false }],
      action: 'endpoint.deleted',
      target: before.id,
      before: endpointJson(before),
      tells: [{ type: 'endpoint.deleted', data: endpointData(before) }],
      result: before.id,
    }
  })
  deps.failpoint('api.endpoint_removed')
  await cancelWaiting(deps, lane)
}

const CANCEL_CHUNK = 500
/** A caller does not wait for more than this; the sweep of removed lanes (coordination/retention) ends the rest, also after a crash. */
const CANCEL_CHUNKS_MAX = 10

async function cancelWaiting({ store }: ApiDeps, lane: string): Promise<void> {
  for (let i = 0; i < CANCEL_CHUNKS_MAX; i++) {
    const tasks = await store.db.selectFrom('task').select('delivery').where('lane', '=', lane).limit(CANCEL_CHUNK).execute()
    if (tasks.length === 0) return
    const cancelled = await store.cancelDeliveries(tasks.map((task) => task.delivery as DeliveryId))
    if (cancelled.length === 0) return
  }
}
