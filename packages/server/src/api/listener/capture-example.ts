import { keptListener, type Listener, type listenerOperations } from '@posthorn/contract'
import { AppError, isCredentialHeader, isCredentialParameter, limits, REDACTED, showsValue } from '#domain'
import { lockedRows, systemOf } from '#ingest'
import { fieldsOf, parseBody, type RequestForm } from '#platform'
import type { ApplicationSnapshot, StoredListener, StoredRequest } from '#store'
import type { ApiDeps } from '../deps.ts'
import { searchRequests } from '../request/search-requests.ts'
import type { Answer, Call } from '../route.ts'
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
  const { id } = existingListener(application, params)
  const request =
    body.request === undefined ? await newest(deps, application, id) : await named(deps, application, { id, request: body.request })
  refuseLarge(request)
  return answerListener(deps, 200, await changeParts(deps, call, (before) => ({ expected: exampleOf(deps, before, request) })))
}

async function newest(deps: ApiDeps, application: ApplicationSnapshot, listener: string): Promise<StoredRequest> {
  const stretch = { order: 'desc', beyond: null, limit: 1 } as const
  const [head] = (await searchRequests(deps, listener, { filter: { status: 'accepted' }, stretch, among: 1 })).rows
  const request = head && (await deps.store.logs.requests.find(application.id, head.id))
  if (request) return request
  throw new AppError('conflict', { detail: 'No accepted request of this listener is kept. Send one to its public URL, then capture it.' })
}

async function named(
  { store }: ApiDeps,
  application: ApplicationSnapshot,
  { id, request: name }: { readonly id: string; readonly request: string },
): Promise<StoredRequest> {
  const request = await store.logs.requests.find(application.id, name)
  const fault = (code: string, message: string) => new AppError('validation_error', { fields: [{ pointer: '/request', code, message }] })
  if (request === undefined || request.listener_id !== id) throw fault('unknown_request', `This listener has no request "${name}".`)
  if (request.status === 'accepted') return request
  throw fault('not_accepted', `The request "${name}" was not accepted: it is ${request.status}. Name one that was, or none for the newest.`)
}

/** It is read at once, and is an example. */
const BYTES_MAX = 64 * 1024

function refuseLarge({ id, body, body_bytes, form }: StoredRequest): void {
  const bytes = form?.length ?? body_bytes
  const detail = (what: string) => `The body of the request "${id}" ${what} Send a shorter one, or write the example as the expected body.`
  if (bytes > BYTES_MAX)
    throw new AppError('conflict', { detail: detail(`has ${bytes} bytes; an example is taken of up to ${BYTES_MAX}.`) })
  if (form === null && (body?.length ?? 0) < body_bytes) throw new AppError('conflict', { detail: detail('is not kept.') })
}

function exampleOf(deps: ApiDeps, row: Readonly<StoredListener>, request: StoredRequest): Expected {
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

/** One for each name. One request does not tell what every request must have: that is what the owner says of a row, and stays. */
function rowsOf(pairs: readonly (readonly [name: string, value: string | undefined])[], before: (name: string) => Row | undefined): Row[] {
  const rows = new Map<string, Row>()
  for (const [name, value] of pairs) {
    if (name === '' || name.length > NAME_LENGTH_MAX || rows.has(name) || rows.size === ROWS_MAX) continue
    const same = before(name)
    const shown = value !== undefined && value.length <= VALUE_LENGTH_MAX ? { value } : {}
    rows.set(name, { name: same?.name ?? name, ...shown, required: same !== undefined && same.required !== false })
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
