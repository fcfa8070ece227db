import type { TrailOut, trailOperations } from '@posthorn/contract'
import { AppError } from '#domain'
import { messageThatStarted } from '#flows'
import type { ApiDeps } from '../deps.ts'
import { deliveryJson } from '../delivery/delivery-json.ts'
import { answeredBy, requestJson } from '../request/request-json.ts'
import type { Answer, Call } from '../route.ts'
import { runJson } from '../run/run-row.ts'
import { Trail } from './follow-trail.ts'

/** From any part of an event's way to what caused it and what it caused. */
export async function getTrail(deps: ApiDeps, { application, params }: Call<typeof trailOperations.get>): Promise<Answer> {
  const trail = new Trail(deps, application)
  if (!(await trail.follow(params['trail_id'] ?? '')))
    throw new AppError('not_found', {
      detail: 'There is nothing with that id here. Give that of a request, run, message, delivery or attempt.',
    })
  const { request } = trail
  const body: TrailOut = {
    here: trail.here!,
    request: request && requestJson(request, await answeredBy(deps, [request])),
    runs: inOrder(trail.runs).map((run) => ({ ...runJson(application, run), messageId: messageThatStarted(run) })),
    messages: inOrder(trail.messages).map(({ id, event_id, event_type, run_id, created_at }) => ({
      ...{ id, eventId: event_id, eventType: event_type, runId: run_id, createdAt: new Date(created_at).toISOString() },
    })),
    deliveries: inOrder(trail.deliveries).map((one) => deliveryJson(one, deps.vault)),
    complete: trail.complete,
  }
  return { status: 200, body }
}

/** By their ids, which hold the time when they were made. */
function inOrder<Part extends { readonly id: string }>(parts: ReadonlyMap<string, Part>): Part[] {
  return [...parts.values()].sort((one, other) => (one.id < other.id ? -1 : 1))
}
