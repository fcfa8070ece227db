import type { requestOperations } from '@posthorn/contract'
import { AppError } from '#domain'
import { alongsideOf } from '../change.ts'
import type { ApiDeps } from '../deps.ts'
import type { Answer, Call } from '../route.ts'
import { keptRequest } from './kept-request.ts'
import { existingRequest } from './read-request.ts'
import { answeredBy, requestJson } from './request-json.ts'
import { takeByHand } from './take-by-hand.ts'

/** Far longer than requests are kept. */
const KEEP_MS = 3660 * 86_400_000

/**
 * Takes a refused request after all, if its listener would take it now: it is kept once more, as accepted, and runs as if it had come.
 * Whoever asks twice hears of the one that was taken; a copy of an event that was taken meanwhile is known for one.
 */
export async function acceptRequest(deps: ApiDeps, call: Call<typeof requestOperations.accept>): Promise<Answer> {
  const refused = await existingRequest(deps, call)
  if (refused.status !== 'rejected')
    throw new AppError('conflict', { detail: `Only a refused request can be accepted; this one is ${refused.status}.` })
  const scope = `accepted ${refused.id}`
  const before = await deps.store.queries.takenKeys.refOf(scope, '')
  if (before !== undefined) return { status: 200, body: await shown(deps, call, before) }
  if (refused.listener_id === null) throw new AppError('not_verified', { detail: 'No listener was there for it when it came.' })
  const id = deps.ids.make('req')
  const kept = keptRequest(refused, id)
  if (kept.kind === 'partial')
    throw new AppError('missing_payload', { detail: `${kept.detail} So it cannot be accepted: have its sender send it again.` })
  const taken = await takeByHand(deps, call.application, {
    listener: refused.listener_id,
    request: kept.request,
    origin: { kind: 'accepted', request: refused.id },
    once: { scope, key: '', ref: id, keepMs: KEEP_MS },
    alongside: alongsideOf(deps, call, { action: 'request.accepted', target: refused.id, after: { request: id } }),
  })
  return { status: taken.fresh ? 202 : 200, body: await shown(deps, call, taken.id) }
}

async function shown(deps: ApiDeps, { application }: Pick<Call<typeof requestOperations.accept>, 'application'>, id: string) {
  const row = await deps.store.logs.requests.find(application.id, id)
  if (row === undefined) throw new AppError('missing_payload', { detail: `It was accepted as ${id}, which is no longer kept.` })
  return requestJson(row, await answeredBy(deps, [row]))
}
