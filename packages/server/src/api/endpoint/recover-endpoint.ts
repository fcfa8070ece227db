import type { endpointOperations } from '@posthorn/contract'
import { AppError } from '#domain'
import { anyDelivery } from '#store'
import type { ApiDeps } from '../deps.ts'
import { beginReplay } from '../replay/begin-replay.ts'
import type { Answer, Call } from '../route.ts'
import { existingEndpoint } from './find-endpoint.ts'

const RATE_PER_SECOND = 50

/** Trying again what failed since a time, as Svix has it: a replay by another name, and found among them. */
export function recoverEndpoint(deps: ApiDeps, call: Call<typeof endpointOperations.recover>): Promise<Answer> {
  return replaySince(deps, call, 'deliveries')
}

/** Sending what was never sent to it, as Svix has it: likewise. */
export function replayMissing(deps: ApiDeps, call: Call<typeof endpointOperations.replayMissing>): Promise<Answer> {
  return replaySince(deps, call, 'missing')
}

const of = {
  deliveries: { statuses: ['failed'], ids: 'dlv', task: 'endpoint.recover', action: 'endpoint.recovered' },
  missing: { statuses: null, ids: 'msg', task: 'endpoint.replay', action: 'endpoint.missing_replayed' },
} as const

async function replaySince(
  deps: ApiDeps,
  call: Call<typeof endpointOperations.recover | typeof endpointOperations.replayMissing>,
  kind: keyof typeof of,
): Promise<Answer> {
  const endpoint = existingEndpoint(call.application, call.params)
  if (endpoint.state === 'disabled') throw new AppError('endpoint_disabled')
  const after = Date.parse(call.body.since)
  const before = call.body.until == null ? null : Date.parse(call.body.until)
  if (after >= (before ?? deps.clock.now())) {
    const message = 'It is not before the end of the time to replay.'
    throw new AppError('validation_error', { fields: [{ pointer: '/since', code: 'empty_range', message }] })
  }
  const { statuses, ids, task, action } = of[kind]
  const filter = { ...anyDelivery, statuses, endpointId: endpoint.id, before, after }
  const set = { kind, filter, until: deps.ids.make(ids) } as const
  const { id, created_at } = await beginReplay(deps, call, { set, rate: RATE_PER_SECOND, ofEndpoint: { id: endpoint.id, action } })
  return { status: 202, body: { id, status: 'running', task, updatedAt: new Date(created_at).toISOString() } }
}
