import { endpointOperations } from '@posthorn/contract'
import { AppError, belonging, isId, publicKeyOf, secretOverlapSecondsDefault, type SigningProfile } from '#domain'
import { laneStates, type ApplicationSnapshot, type EndpointSnapshot, type EndpointTable } from '#store'
import { changeApplication, type Change } from '../change.ts'
import type { ApiDeps } from '../deps.ts'
import { pageAnswer, readPage } from '../page.ts'
import { route, type Call, type Route } from '../route.ts'
import { checkEndpoint, planOf } from './endpoint-checks.ts'
import { endpointJson, laneStateOf, patchColumns, replaceColumns, stateOf, type EndpointFields } from './endpoint-row.ts'
import { makeSecret, REVEAL_MS } from './endpoint-secret.ts'

type ApplicationCall = Pick<Call, 'actor' | 'ip' | 'params'> & { readonly application: ApplicationSnapshot }

/** Endpoints, in Svix's shapes with our fields beside them. */
export function endpointRoutes(deps: ApiDeps): Route[] {
  const { store, clock, vault } = deps
  const { db } = store
  const operations = endpointOperations

  const create = async (call: ApplicationCall, fields: EndpointFields) => {
    const id = deps.ids.make('ep')
    return changeApplication(deps, call, async (application) => {
      const plan = planOf(application.plan)
      if (plan.endpointsMax !== null && application.endpoints.length >= plan.endpointsMax) {
        throw new AppError('limit_reached', {
          detail: `The plan ${plan.name} allows ${plan.endpointsMax} endpoints. Delete one, or change the plan.`,
        })
      }
      await checkEndpoint(deps, fields, plan)
      const now = clock.now()
      const signing =
        fields.signing ?? (JSON.parse(application.settings) as { defaultSigning?: SigningProfile }).defaultSigning ?? plan.defaultSigning
      const row: EndpointTable = {
        id,
        application_id: application.id,
        uid: null,
        url: fields.url,
        description: fields.description,
        state: stateOf(fields, 'active'),
        event_types: null,
        channels: null,
        filter: null,
        throttle_rate: null,
        concurrency: null,
        ordered: 0,
        on_exhausted: 'continue',
        signing,
        retry_policy: null,
        timeout_ms: null,
        success: null,
        headers: sealHeaders(id, fields.headers),
        metadata: '{}',
        created_at: now,
        updated_at: now,
        deleted_at: null,
        ...patchColumns(fields),
      }
      const secret = makeSecret(deps, id, { profile: signing, given: fields.secret })
      const after = endpointJson(row)
      return {
        statements: [
          { query: db.insertInto('endpoint').values(row).compile() },
          { query: db.insertInto('endpoint_secret').values(secret.row).compile() },
        ],
        lanes: [{ kind: 'create', lane: id, application: application.id, state: laneStateOf(row.state) }],
        action: 'endpoint.created',
        target: id,
        after,
        result: { ...after, secret: secret.text },
      }
    })
  }

  const update = async (call: ApplicationCall, fields: Parameters<typeof patchColumns>[0], columns: Partial<EndpointTable>) =>
    changeApplication(deps, call, async (application) => {
      const { secrets: _secrets, ...before } = existing(application, call.params)
      await checkEndpoint(deps, fields, planOf(application.plan))
      const profile = fields.signing ?? before.signing
      if (profile !== before.signing && (profile === 'hex' || before.signing === 'hex')) {
        throw new AppError('validation_error', {
          fields: [
            {
              pointer: '/signing',
              code: 'needs_new_secret',
              message: 'The secret of this endpoint does not fit that profile. Make an endpoint with it, or rotate the secret.',
            },
          ],
        })
      }
      const state = stateOf(fields, before.state)
      const changed = {
        ...columns,
        state,
        updated_at: clock.now(),
        ...(fields.headers && { headers: sealHeaders(before.id, fields.headers) }),
      }
      const after = { ...before, ...changed }
      return {
        statements: [{ query: db.updateTable('endpoint').set(changed).where('id', '=', before.id).compile(), rows: 1 }],
        lanes:
          state === before.state ? [] : [{ kind: 'state', lane: before.id, state: laneStateOf(state), resetFailures: state === 'active' }],
        action: 'endpoint.updated',
        target: before.id,
        before: endpointJson(before),
        after: endpointJson(after),
        result: endpointJson(after),
      }
    })

  const changeHeaders = (call: ApplicationCall, change: (before: Record<string, string>) => Record<string, string>) =>
    changeApplication(deps, call, async (application): Promise<Change<void>> => {
      const before = existing(application, call.params)
      const headers = change(openHeaders(before))
      await checkEndpoint(deps, { headers }, planOf(application.plan))
      return {
        statements: [
          {
            query: db
              .updateTable('endpoint')
              .set({ headers: sealHeaders(before.id, headers), updated_at: clock.now() })
              .where('id', '=', before.id)
              .compile(),
            rows: 1,
          },
        ],
        action: 'endpoint.headers_changed',
        target: before.id,
        after: { names: Object.keys(headers) },
        result: undefined,
      }
    })

  const sealHeaders = (id: string, headers: Readonly<Record<string, string>> | undefined): string | null =>
    headers && Object.keys(headers).length > 0 ? vault.seal(JSON.stringify(headers), belonging.endpointHeaders(id)) : null

  const openHeaders = (endpoint: EndpointSnapshot): Record<string, string> => {
    if (endpoint.headers === null) return {}
    const opened = vault.openText(endpoint.headers, belonging.endpointHeaders(endpoint.id))
    if (!opened.ok) throw new AppError('internal', { detail: 'The custom headers cannot be decrypted with the configured master key.' })
    return JSON.parse(opened.plain) as Record<string, string>
  }

  return [
    route(operations.list, async ({ application, query }) => {
      const page = readPage(query, 'ascending')
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
    route(operations.create, async (call) => ({ status: 201, body: await create(call, call.body) })),
    route(operations.get, async ({ application, params }) => ({ status: 200, body: endpointJson(existing(application, params)) })),
    route(operations.update, async (call) => {
      const name = call.params['endpoint_id']!
      if (find(call.application, name)) return { status: 200, body: await update(call, call.body, replaceColumns(call.body)) }
      if (isId('ep', name)) throw new AppError('not_found')
      return { status: 201, body: await create(call, { ...call.body, uid: call.body.uid ?? name }) }
    }),
    route(operations.patch, async (call) => ({ status: 200, body: await update(call, call.body, patchColumns(call.body)) })),
    route(operations.delete, async (call) => {
      await changeApplication(deps, call, (application) => {
        const before = existing(application, call.params)
        return {
          statements: [
            { query: db.updateTable('endpoint').set({ deleted_at: clock.now() }).where('id', '=', before.id).compile(), rows: 1 },
          ],
          lanes: [{ kind: 'state', lane: before.id, state: laneStates.removed, resetFailures: false }],
          action: 'endpoint.deleted',
          target: before.id,
          before: endpointJson(before),
          result: undefined,
        }
      })
      await cancelAll(deps, existing(call.application, call.params).id)
      return { status: 204 }
    }),
    route(operations.getSecret, async ({ application, params }) => {
      const endpoint = existing(application, params)
      const newest = endpoint.secrets.find((secret) => secret.expires_at === null)
      if (!newest) throw new AppError('not_found')
      if (deps.settings.secretsReveal === 'once' && clock.now() > newest.created_at + REVEAL_MS) throw new AppError('secret_already_shown')
      const opened = vault.openText(newest.sealed, belonging.endpointSecret(endpoint.id))
      if (!opened.ok) throw new AppError('internal', { detail: 'The secret cannot be decrypted with the configured master key.' })
      return { status: 200, body: { key: publicKeyOf(opened.plain) ?? opened.plain } }
    }),
    route(operations.rotateSecret, async (call) => {
      await changeApplication(deps, call, (application) => {
        const endpoint = existing(application, call.params)
        const profile = endpoint.signing as SigningProfile
        const now = clock.now()
        const secret = makeSecret(deps, endpoint.id, { profile, given: call.body.key })
        const graceMs = (call.body.gracePeriodSeconds ?? secretOverlapSecondsDefault(profile)) * 1000
        const rotateOut = db
          .updateTable('endpoint_secret')
          .set({ expires_at: now + graceMs })
          .where('endpoint_id', '=', endpoint.id)
          .where('expires_at', 'is', null)
        return {
          statements: [
            { query: rotateOut.compile() },
            { query: db.deleteFrom('endpoint_secret').where('endpoint_id', '=', endpoint.id).where('expires_at', '<=', now).compile() },
            { query: db.insertInto('endpoint_secret').values(secret.row).compile() },
          ],
          action: 'endpoint.secret_rotated',
          target: endpoint.id,
          after: { graceMs },
          result: undefined,
        }
      })
      return { status: 204 }
    }),
    route(operations.getHeaders, async ({ application, params }) => {
      const entries = Object.entries(openHeaders(existing(application, params)))
      const isSensitive = (name: string) => /authorization|cookie|api-?key|token|secret|password/i.test(name)
      const headers = Object.fromEntries(entries.filter(([name]) => !isSensitive(name)))
      return { status: 200, body: { headers, sensitive: entries.map(([name]) => name).filter(isSensitive) } }
    }),
    route(operations.updateHeaders, async (call) => {
      await changeHeaders(call, () => call.body.headers)
      return { status: 204 }
    }),
    route(operations.patchHeaders, async (call) => {
      await changeHeaders(call, (before) => {
        const after = { ...before, ...call.body.headers }
        return Object.fromEntries(Object.entries(after).filter((entry): entry is [string, string] => entry[1] !== null))
      })
      return { status: 204 }
    }),
  ]
}

export function findEndpoint(application: ApplicationSnapshot, params: Readonly<Record<string, string>>): EndpointSnapshot {
  return existing(application, params)
}

function find(application: ApplicationSnapshot, idOrUid: string): EndpointSnapshot | undefined {
  return application.endpoints.find((endpoint) => endpoint.id === idOrUid || endpoint.uid === idOrUid)
}

function existing(application: ApplicationSnapshot, params: Readonly<Record<string, string>>): EndpointSnapshot {
  const endpoint = find(application, params['endpoint_id'] ?? '')
  if (!endpoint) throw new AppError('not_found')
  return endpoint
}

const CANCEL_CHUNK = 500

/** Ends what waits for a deleted endpoint. Killed half-way, the sender ends the rest: it finds no endpoint for them. */
async function cancelAll({ store }: ApiDeps, lane: string): Promise<void> {
  for (;;) {
    const tasks = await store.db.selectFrom('task').select('delivery').where('lane', '=', lane).limit(CANCEL_CHUNK).execute()
    if (tasks.length === 0) return
    const cancelled = await store.cancelDeliveries(tasks.map((task) => task.delivery as `dlv_${string}`))
    if (cancelled.length === 0) return
  }
}
