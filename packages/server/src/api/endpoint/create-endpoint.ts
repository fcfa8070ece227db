import type { EndpointMade, endpointOperations } from '@posthorn/contract'
import { AppError, endpointData, type EndpointId, type SigningProfile } from '#domain'
import type { ApplicationSnapshot } from '#store'
import { changeApplication, type Change } from '../change.ts'
import type { ApiDeps } from '../deps.ts'
import type { Answer, Call } from '../route.ts'
import { checkEndpoint } from './endpoint-checks.ts'
import { withExactFilter } from './endpoint-content.ts'
import { sealHeaders } from './endpoint-headers.ts'
import { endpointJson, laneStateOf, newEndpointRow, type EndpointFields } from './endpoint-row.ts'
import type { EndpointCall } from './find-endpoint.ts'
import { makeSecret } from './make-secret.ts'

export async function createEndpoint(deps: ApiDeps, call: Call<typeof endpointOperations.create>): Promise<Answer> {
  return { status: 201, body: await insertEndpoint(deps, call, withExactFilter(call)) }
}

/** Makes an endpoint; what is answered shows its secret. */
export async function insertEndpoint(deps: ApiDeps, call: EndpointCall, fields: EndpointFields) {
  const id = deps.ids.make('ep')
  return changeApplication(deps, call, (application) => planEndpoint(deps, application, { id, fields, actor: call.actor }))
}

/** What makes an endpoint; its result shows the secret. */
export async function planEndpoint(
  deps: ApiDeps,
  application: ApplicationSnapshot,
  { id, fields, actor }: { readonly id: EndpointId; readonly fields: EndpointFields; readonly actor: EndpointCall['actor'] },
): Promise<Change<EndpointMade>> {
  const { endpoints } = deps.store.statements
  refuseTooMany(application)
  await checkEndpoint({ ...deps, owner: application.id, actor }, fields, application.plan)
  const signing = fields.signing ?? defaultSigning(application) ?? application.plan.defaultSigning
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
    statements: [endpoints.insert(row), endpoints.insertSecret(secret.row)],
    lanes: [{ kind: 'create', lane: id, application: application.id, state: laneStateOf(row.state), ordered: row.ordered === 1 }],
    action: 'endpoint.created',
    target: id,
    after: { ...made, headerNames: Object.keys(fields.headers ?? {}) },
    operational: [{ type: 'endpoint.created', data: endpointData(row) }],
    result: { ...made, secret: secret.text },
  }
}

function refuseTooMany({ plan, endpoints }: ApplicationSnapshot): void {
  if (plan.endpointsMax === null || endpoints.length < plan.endpointsMax) return
  throw new AppError('limit_reached', {
    detail: `The plan ${plan.name} allows ${plan.endpointsMax} endpoint${plan.endpointsMax === 1 ? '' : 's'}, and this application has ${endpoints.length}. Delete one, or give it another plan.`,
  })
}

function defaultSigning(application: ApplicationSnapshot): SigningProfile | undefined {
  return (JSON.parse(application.settings) as { defaultSigning?: SigningProfile }).defaultSigning
}
