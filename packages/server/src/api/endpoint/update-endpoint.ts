import { endpointIn, type endpointOperations } from '@posthorn/contract'
import { AppError, isId, type SigningProfile } from '#domain'
import type { StoredEndpoint, LaneChange } from '#store'
import { changeApplication } from '../change.ts'
import { check } from '../check.ts'
import type { ApiDeps } from '../deps.ts'
import type { Answer, Call } from '../route.ts'
import { insertEndpoint } from './create-endpoint.ts'
import { checkEndpoint } from './endpoint-checks.ts'
import { withExactFilter } from './endpoint-content.ts'
import { updateEvents } from './endpoint-events.ts'
import { patchColumns, replaceColumns, type EndpointPatchFields } from './endpoint-fields.ts'
import { headerNames, sealHeaders } from './endpoint-headers.ts'
import { endpointJson, laneStateOf, stateOf, type EndpointFields } from './endpoint-row.ts'
import { existingEndpoint, findEndpoint, type EndpointCall } from './find-endpoint.ts'
import { makeSecret } from './make-secret.ts'

/** Replaces the endpoint, or makes it under the uid that the path names. */
export async function replaceEndpoint(deps: ApiDeps, call: Call<typeof endpointOperations.update>): Promise<Answer> {
  const name = call.params['endpoint_id']!
  const fields = withExactFilter(call)
  if (findEndpoint(call.application, name)) {
    return { status: 200, body: await updateEndpoint(deps, call, { fields, columns: replaceColumns(fields) }) }
  }
  if (isId('ep', name)) throw new AppError('not_found')
  const body = check(endpointIn, { ...fields, uid: fields.uid ?? name }, 'body') as EndpointFields
  return { status: 201, body: await insertEndpoint(deps, call, body) }
}

export async function patchEndpoint(deps: ApiDeps, call: Call<typeof endpointOperations.patch>): Promise<Answer> {
  const fields = withExactFilter(call)
  return { status: 200, body: await updateEndpoint(deps, call, { fields, columns: patchColumns(fields) }) }
}

interface EndpointUpdate {
  readonly fields: EndpointPatchFields
  readonly columns: Partial<StoredEndpoint>
}

async function updateEndpoint(deps: ApiDeps, call: EndpointCall, { fields, columns }: EndpointUpdate) {
  const { vault, clock } = deps
  return changeApplication(deps, call, async (application) => {
    const { secrets: _secrets, ...before } = existingEndpoint(application, call.params)
    const subscribed = JSON.parse(before.event_types ?? '[]') as string[]
    await checkEndpoint({ ...deps, owner: application.id, actor: call.actor, subscribed }, fields, application.plan)
    const namesBefore = headerNames(vault, before)
    const names = fields.headers === undefined ? namesBefore : Object.keys(fields.headers ?? {})
    const changed = {
      ...columns,
      state: stateOf(fields, before.state),
      updated_at: clock.now(),
      ...(fields.headers !== undefined && { headers: sealHeaders(vault, before.id, fields.headers) }),
    }
    const after = { ...before, ...changed }
    const secret = secretAfter(deps, before, after)
    const { endpoints } = deps.store.statements
    return {
      statements: [
        endpoints.update(before.id, changed),
        ...(secret ? [endpoints.removeSecrets(before.id), endpoints.insertSecret(secret.row)] : []),
      ],
      lanes: laneChanges(before, after),
      action: 'endpoint.updated',
      target: before.id,
      before: { ...endpointJson(before), headerNames: namesBefore },
      after: { ...endpointJson(after), headerNames: names, ...(secret && { secretRotated: true }) },
      operational: updateEvents(before, after),
      result: { ...endpointJson(after), ...(secret && { secret: secret.text }) },
    }
  })
}

/** Keys of `hex` are literal text and those of the others base64, so over that border the secret cannot come along. */
function secretAfter(deps: ApiDeps, before: StoredEndpoint, after: StoredEndpoint) {
  if ((after.signing === 'hex') === (before.signing === 'hex')) return undefined
  return makeSecret(deps, before.id, { profile: after.signing as SigningProfile, given: null, pointer: '/signing' })
}

function laneChanges(before: StoredEndpoint, { id: lane, state, ordered }: StoredEndpoint): LaneChange[] {
  return [
    ...(state === before.state ? [] : [{ kind: 'state' as const, lane, state: laneStateOf(state), resetFailures: state === 'active' }]),
    ...(ordered === before.ordered ? [] : [{ kind: 'order' as const, lane, ordered: ordered === 1 }]),
  ]
}
