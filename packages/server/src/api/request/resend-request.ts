import type { requestOperations } from '@posthorn/contract'
import { AppError, headerWire, type RequestId } from '#domain'
import type { RequestByHand } from '#ingest'
import type { ApplicationSnapshot, StoredListener, StoredRequest } from '#store'
import { alongsideOf } from '../change.ts'
import type { ApiDeps } from '../deps.ts'
import type { Answer, Call } from '../route.ts'
import { framed, handedPairs, type HeaderPair } from './handed-headers.ts'
import { keptRequest } from './kept-request.ts'
import { onceUnder } from '../run/start-run.ts'
import { existingRequest } from './read-request.ts'
import { answeredBy, requestJson } from './request-json.ts'
import { takeByHand } from './take-by-hand.ts'

type ResendCall = Call<typeof requestOperations.resend>

/**
 * Sends an edited copy of a request to its listener, as a request of its own that names the one it was made of. Signed anew it must verify;
 * otherwise whoever sends it answers for it. Deduplication is passed by, as with a replay.
 */
export async function resendRequest(deps: ApiDeps, call: ResendCall): Promise<Answer> {
  const { application, body } = call
  const original = await existingRequest(deps, call)
  const row = application.listeners.find(({ id }) => id === original.listener_id)
  if (row === undefined)
    throw new AppError('not_verified', { detail: 'Its listener is deleted, or there was none, so nobody would take it.' })
  const id = deps.ids.make('req')
  const edited = editedCopy(deps, { original, row, id, edits: body, ip: call.ip })
  const request = body.sign ? await signedAnew(deps, { application, row }, edited, body.signKey) : edited
  const origin = { kind: 'edited', request: original.id } as const
  const under = onceUnder(call, `edited ${original.id}`)
  const once = under && { ...under, ref: id }
  const alongside = alongsideOf(deps, call, { action: 'request.resent', target: original.id, after: { request: id, signed: body.sign } })
  const made = await takeByHand(deps, application, { listener: row.id, request, origin, once, alongside, trusted: !body.sign })
  const taken = (await deps.store.logs.requests.find(application.id, made.id))!
  return { status: 202, body: requestJson(taken, await answeredBy(deps, [taken])) }
}

interface Editing {
  readonly original: StoredRequest
  readonly row: Readonly<StoredListener>
  readonly id: RequestId
  readonly edits: ResendCall['body']
  readonly ip: string
}

/** The original, with each part that was given in the place of its own. */
function editedCopy({ byHand, clock }: ApiDeps, { original, row, id, edits, ip }: Editing): RequestByHand {
  const { method = original.method, path = original.path, query = original.query } = edits
  if (!byHand.leadsTo({ row }, path)) throw fieldFault('/path', `This path does not lead to the listener, whose suffix is ${row.suffix}.`)
  if (!(JSON.parse(row.methods) as string[]).includes(method)) throw fieldFault('/method', `The listener does not take ${method}.`)
  const body = edits.body === undefined ? wholeBody(original, id) : Buffer.from(edits.body, edits.encoding)
  const headers = edits.headers === undefined ? ownHeaders(original) : handedPairs(edits.headers)
  // One that was refused is kept as it was sent, in its coding.
  const isAsSent = edits.body === undefined && original.status === 'rejected'
  const kept = isAsSent ? headers : headers.filter(([name]) => name.toLowerCase() !== 'content-encoding')
  return { id, receivedAt: clock.now(), method, path, query, rawHeaders: framed(kept, body), body, address: ip }
}

function ownHeaders({ headers }: StoredRequest): HeaderPair[] {
  return (JSON.parse(headers) as [string, string][]).map(([name, value]) => [name, headerWire(value)])
}

function wholeBody(original: StoredRequest, id: RequestId): Uint8Array {
  const { status, form, body_bytes } = original
  const body = original.body ?? new Uint8Array()
  const isWhole = status === 'rejected' ? keptRequest(original, id).kind === 'whole' : form === null && body.length === body_bytes
  if (!isWhole)
    throw new AppError('missing_payload', {
      detail: 'Its body is not kept, or only its beginning is, or it was a form: give a body with the copy.',
    })
  return body
}

async function signedAnew(
  { byHand }: ApiDeps,
  { application, row }: { application: ApplicationSnapshot; row: Readonly<StoredListener> },
  request: RequestByHand,
  signKey: string | undefined,
): Promise<RequestByHand> {
  const signed = await byHand.prove({ snapshot: application, row }, request, signKey)
  if (signed.ok) return signed.request
  throw fieldFault(signed.pointer, signed.message)
}

function fieldFault(pointer: string, message: string): AppError {
  return new AppError('validation_error', { fields: [{ pointer, code: 'invalid', message }] })
}
