import { keptListener, type Listener, type listenerOperations } from '@posthorn/contract'
import { AppError, firstIdAt, isCredentialHeader, isCredentialParameter, limits, REDACTED, showsValue } from '#domain'
import { lockedRows, systemOf } from '#ingest'
import { fieldsOf, parseBody, type RequestForm } from '#platform'
import type { ApplicationSnapshot, StoredListener, StoredRequest, Stretch } from '#store'
import type { ApiDeps } from '../deps.ts'
import { keptRequest } from '../request/kept-request.ts'
import { searchRequests } from '../request/search-requests.ts'
import type { Answer, Call } from '../route.ts'
import { awaitExample } from './await-example.ts'
import { existingListener } from './find-listener.ts'
import { keptAuth } from './listener-auth.ts'
import { writtenListener } from './listener-row.ts'
import { answerListener } from './matched-secrets.ts'
import { changeParts } from './update-listener.ts'

type Expected = Listener['expected']
type Row = Expected['headers'][number]

/** Takes an accepted request as what the listener expects. Whether it is strict stays as it is. */
export async function captureExample(deps: ApiDeps, call: Call<typeof listenerOperations.capture>): Promise<Answer> {
  const { application, params, body } = call
  if (body.next) return awaitExample(deps, call)
  const row = existingListener(application, params)
  const request =
    body.request === undefined
      ? await newest(deps, { snapshot: application, row })
      : await named(deps, application, { row, name: body.request })
  refuseLarge(request)
  return answerListener(deps, 200, await changeParts(deps, call, (before) => ({ given: { expected: exampleOf(deps, before, request) } })))
}

interface Place {
  readonly snapshot: ApplicationSnapshot
  readonly row: Readonly<StoredListener>
}

const PAGE = 20
/** Of those that are no example, in a row. */
const LOOKED_AT_MAX = 1000

/** The first that is accepted, in this order and time. Left out: handshakes, which are no events, and in the order of time what people sent by hand. */
export async function findExample(
  deps: ApiDeps,
  place: Place,
  { order, since, until }: { readonly order: 'asc' | 'desc'; readonly since?: number; readonly until?: number },
): Promise<StoredRequest | undefined> {
  const { snapshot, row } = place
  const [from, before] = [since, until].map((at) => (at === undefined ? null : firstIdAt('req', at)))
  let beyond: string | null = null
  for (let left = LOOKED_AT_MAX; left > 0; left -= PAGE) {
    const stretch: Stretch = { order, beyond, limit: PAGE, from: from!, until: before! }
    const { rows, stoppedAt } = await searchRequests(deps, row.id, { filter: { status: 'accepted' }, stretch, among: 1 })
    for (const { id, origin } of rows) {
      if (order === 'asc' && origin !== null) continue
      const request = await deps.store.logs.requests.find(snapshot.id, id)
      if (request !== undefined && !isHandshake(deps, place, request)) return request
    }
    if (rows.length < PAGE && stoppedAt === null) return undefined
    beyond = rows.length < PAGE ? stoppedAt : rows.at(-1)!.id
  }
  return undefined
}

function isHandshake({ byHand, ids }: ApiDeps, place: Place, request: StoredRequest): boolean {
  if (request.run_ids !== '[]' || systemOf(place.row.system).handshakes.length === 0) return false
  const kept = keptRequest(request, ids.make('req'))
  return kept.kind === 'whole' && byHand.isHandshake(place, kept.request)
}

async function newest(deps: ApiDeps, place: Place): Promise<StoredRequest> {
  const request = await findExample(deps, place, { order: 'desc' })
  if (request) return request
  throw new AppError('conflict', { detail: 'No accepted request of this listener is kept. Send one to its public URL, then capture it.' })
}

async function named(
  { store }: ApiDeps,
  application: ApplicationSnapshot,
  { row, name }: { readonly row: Pick<StoredListener, 'id'>; readonly name: string },
): Promise<StoredRequest> {
  const request = await store.logs.requests.find(application.id, name)
  const fault = (code: string, message: string) => new AppError('validation_error', { fields: [{ pointer: '/request', code, message }] })
  if (request === undefined || request.listener_id !== row.id) throw fault('unknown_request', `This listener has no request "${name}".`)
  if (request.status === 'accepted') return request
  throw fault('not_accepted', `The request "${name}" was not accepted: it is ${request.status}. Name one that was, or none for the newest.`)
}

/** It is read at once, and is an example. */
const BYTES_MAX = 64 * 1024

export function refuseLarge({ id, body, body_bytes, form }: StoredRequest): void {
  const bytes = form?.length ?? body_bytes
  const detail = (what: string) => `The body of the request "${id}" ${what} Send a shorter one, or write the example as the expected body.`
  if (bytes > BYTES_MAX)
    throw new AppError('conflict', { detail: detail(`has ${bytes} bytes; an example is taken of up to ${BYTES_MAX}.`) })
  if (form === null && (body?.length ?? 0) < body_bytes) throw new AppError('conflict', { detail: detail('is not kept.') })
}

export function exampleOf(deps: ApiDeps, row: Readonly<StoredListener>, request: StoredRequest): Expected {
  const { expected, bodyFormat } = keptListener.parse({ ...writtenListener(row), auth: { kind: 'none' } })
  const locked = lockedRows(keptAuth(deps, row), systemOf(row.system))
  const lockedHeaders = new Set(locked.headers.map(({ name }) => name.toLowerCase()))
  const lockedParameters = new Set(locked.query.map(({ name }) => name))
  const headers = (JSON.parse(request.headers) as [string, string][]).filter(
    ([name, value]) => value !== REDACTED && !isCredentialHeader(name) && !ofTransport(name) && !lockedHeaders.has(name),
  )
  const query = [...new URLSearchParams(request.query)].filter(
    ([name, value]) => value !== REDACTED && !isCredentialParameter(name) && !lockedParameters.has(name),
  )
  const body = bodyOf(request, bodyFormat)
  return {
    // Of a header whose name does not say that it is harmless, only the name: nobody knows what a sender puts there.
    headers: rowsOf(
      headers.map(([name, value]) => [name, showsValue(name) ? value : undefined]),
      (name) => expected.headers.find((row) => row.name.toLowerCase() === name),
    ),
    query: rowsOf(query, (name) => expected.query.find((row) => row.name === name)),
    ...(body !== undefined && { body: body as NonNullable<Expected['body']> }),
    strict: expected.strict,
  }
}

const ROWS_MAX = 200
const NAME_LENGTH_MAX = 200
const VALUE_LENGTH_MAX = 8192

/**
 * One for each name. One request does not show what every request must have: that is what the owner says of a row, and stays; so does a value
 * that the owner wrote where none is taken.
 */
function rowsOf(pairs: readonly (readonly [name: string, value: string | undefined])[], before: (name: string) => Row | undefined): Row[] {
  const rows = new Map<string, Row>()
  for (const [name, value] of pairs) {
    if (name === '' || name.length > NAME_LENGTH_MAX || rows.has(name) || rows.size === ROWS_MAX) continue
    const same = before(name)
    const shown = value !== undefined && value.length <= VALUE_LENGTH_MAX ? value : same?.value
    rows.set(name, {
      name: same?.name ?? name,
      ...(shown !== undefined && { value: shown }),
      required: same !== undefined && same.required !== false,
    })
  }
  return [...rows.values()]
}

/** What clients, proxies and traces add on the way: no flow reads it, and the next request has others. */
const OF_TRANSPORT: ReadonlySet<string> = new Set([
  ...[
    'accept',
    'accept-charset',
    'accept-encoding',
    'accept-language',
    'cache-control',
    'connection',
    'content-encoding',
    'content-length',
  ],
  ...['date', 'expect', 'forwarded', 'host', 'keep-alive', 'origin', 'pragma', 'priority', 'referer', 'te', 'trailer', 'transfer-encoding'],
  ...['upgrade', 'user-agent', 'via', 'x-real-ip', 'x-request-id', 'traceparent', 'tracestate'],
])

function ofTransport(name: string): boolean {
  return OF_TRANSPORT.has(name) || /^(?:x-forwarded-|sec-|cf-|proxy-)/.test(name)
}

/** What a flow would see of it; undefined where it brought none, or bytes that are no text. */
function bodyOf({ body, content_type, form }: StoredRequest, format: Listener['bodyFormat']): unknown {
  if (form !== null) return fieldsOf(JSON.parse(form) as RequestForm)
  const options = { contentType: content_type, format, onMalformed: 'raw', depthMax: limits.jsonDepthMax } as const
  const parsed = parseBody(body ?? new Uint8Array(), options)
  if (parsed.kind === 'json' || parsed.kind === 'xml') return parsed.value()
  if (parsed.kind === 'form') return parsed.fields()
  return parsed.kind === 'raw' ? parsed.text() : undefined
}
