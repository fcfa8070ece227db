import type { listenerOperations, VerdictOut, VerifyRequestIn } from '@posthorn/contract'
import { AppError } from '#domain'
import type { RequestByHand, Verdict } from '#ingest'
import type { ApplicationSnapshot, StoredListener } from '#store'
import type { ApiDeps } from '../deps.ts'
import { framed, handedPairs } from '../request/handed-headers.ts'
import { keptRequest, type KeptRequest } from '../request/kept-request.ts'
import type { Answer, Call } from '../route.ts'
import { existingListener } from './find-listener.ts'

/** Whether the listener would take a request, and why not. Nothing is kept of it, and nothing starts. */
export async function verifyRequest(deps: ApiDeps, { application, params, body }: Call<typeof listenerOperations.verify>): Promise<Answer> {
  const row = existingListener(application, params)
  const found =
    body.request === undefined ? pasted(deps, application, { row, body }) : await kept(deps, application, { row, id: body.request })
  const place = { snapshot: application, row }
  if (found.kind === 'whole') return { status: 200, body: verdictJson(await deps.byHand.judge(place, found.request)) }
  const proof = deps.byHand.proofOf(place)
  return { status: 200, body: verdictJson({ taken: false, verified: false, proof, code: 'not_checkable', detail: found.detail }) }
}

function verdictJson({ taken, verified, proof, code, detail }: Verdict): VerdictOut {
  return { taken, verified, scheme: proof.kind, secretLast4: proof.secretLast4, code, detail }
}

interface Asked {
  readonly row: Readonly<StoredListener>
}

async function kept({ store, ids }: ApiDeps, application: ApplicationSnapshot, { row, id }: Asked & { id: string }): Promise<KeptRequest> {
  const request = await store.logs.requests.find(application.id, id)
  if (request === undefined || request.listener_id !== row.id) {
    const message = `This listener has no request "${id}".`
    throw new AppError('validation_error', { fields: [{ pointer: '/request', code: 'unknown_request', message }] })
  }
  return keptRequest(request, ids.make('req'))
}

function pasted(
  { ids, clock, byHand }: ApiDeps,
  application: ApplicationSnapshot,
  { row, body: given }: Asked & { body: VerifyRequestIn },
): { kind: 'whole'; request: RequestByHand } {
  const { method = 'POST', query = '', headers = {}, body = '', encoding = 'utf8', at } = given
  const bytes = Buffer.from(body, encoding)
  const rawHeaders = framed(handedPairs(headers), bytes)
  const path = given.path ?? `/in/${application.uid ?? application.id}${row.suffix}`
  if (!byHand.leadsTo({ row }, path)) {
    const message = `This path does not lead to the listener, whose suffix is ${row.suffix}.`
    throw new AppError('validation_error', { fields: [{ pointer: '/path', code: 'invalid', message }] })
  }
  const receivedAt = at === undefined ? clock.now() : Date.parse(at)
  const request = { id: ids.make('req'), receivedAt, method, path, query, rawHeaders, body: bytes, address: '' }
  return { kind: 'whole', request }
}
