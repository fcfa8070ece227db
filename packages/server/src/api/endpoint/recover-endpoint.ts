import type { endpointOperations } from '@posthorn/contract'
import { AppError } from '#domain'
import { anyDelivery } from '#store'
import type { ApiDeps } from '../deps.ts'
import { beginReplay } from '../replay/begin-replay.ts'
import type { Answer, Call } from '../route.ts'
import { existingEndpoint } from './find-endpoint.ts'

const RATE_PER_SECOND = 50

/** Trying again what failed since a time, as Svix has it: a replay by another name, and found among them. */
export async function recoverEndpoint(deps: ApiDeps, call: Call<typeof endpointOperations.recover>): Promise<Answer> {
  const endpoint = existingEndpoint(call.application, call.params)
  if (endpoint.state === 'disabled') throw new AppError('endpoint_disabled')
  const after = Date.parse(call.body.since)
  const before = call.body.until == null ? null : Date.parse(call.body.until)
  if (after >= (before ?? deps.clock.now())) {
    const message = 'It is not before the end of the time to recover.'
    throw new AppError('validation_error', { fields: [{ pointer: '/since', code: 'empty_range', message }] })
  }
  const filter = { ...anyDelivery, statuses: ['failed'], endpointId: endpoint.id, before, after } as const
  const set = { kind: 'deliveries', filter, until: deps.ids.make('dlv') } as const
  const { id, created_at } = await beginReplay(deps, call, { set, rate: RATE_PER_SECOND, recovery: { endpoint: endpoint.id } })
  const updatedAt = new Date(created_at).toISOString()
  return { status: 202, body: { id, status: 'running', task: 'endpoint.recover', updatedAt } }
}
