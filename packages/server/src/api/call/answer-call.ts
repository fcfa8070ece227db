import type { IncomingMessage } from 'node:http'
import { parse as parseQuery } from 'node:querystring'
import { healthOperations, operations, type Operation } from '@posthorn/contract'
import { z } from 'zod'
import { isOfPortal } from '../portal/of-portal.ts'
import { AppError, CHAIN_HEADER, chainIn, headerText, traceText } from '#domain'
import { Arrivals, callerOf, compileAddresses, createDeadlines, type AddressMatcher } from '#ingest'
import type { ApplicationSnapshot } from '#store'
import { WrongMethod } from './answer-failure.ts'
import { nameMissing, noApplication } from './name-missing.ts'
import { mayEnter, type Actor } from '../caller/actor.ts'
import { createAuthenticate } from '../caller/authenticate.ts'
import { check } from '../check.ts'
import { takesAnyJson } from '../check-sizes.ts'
import type { ApiDeps } from '../deps.ts'
import { createIdempotency } from '../idempotency.ts'
import { createKeyUse } from '../key/key-use.ts'
import { createWrongKeys } from '../key/wrong-keys.ts'
import { parseBody } from '../json-body.ts'
import { opaqueMembers } from '../opaque-members.ts'
import { readBody } from '../read-body.ts'
import { refuseCrossSite } from '../session/same-origin.ts'
import { createSessionUse } from '../session/session-use.ts'
import type { Answer, Call, MakeApplication, Route } from '../route.ts'
import { createRouter, type Found } from '../router.ts'

/** The largest body of a call, and of one that has a place for any JSON. Messages have their own limit (`payloadBytesMax`) and some room around it. */
const BODY_BYTES_MAX = 256 * 1024
const OPEN_BODY_BYTES_MAX = 1024 * 1024
const PAYLOAD_ROOM_BYTES = 64 * 1024
/** From the head of a call to the last byte of its body. */
const BODY_TIMEOUT_MS = 60_000

/** Finds the operation of a call, authenticates, checks, and runs its route; failures are thrown. */
export function createAnswerCall(deps: ApiDeps, routes: readonly Route[], isDraining: () => boolean) {
  const missing = operations.filter((operation) => !routes.some((route) => route.operation === operation))
  if (missing.length > 0) throw new Error(`operations without a route: ${missing.map((operation) => operation.id).join(', ')}`)
  const rulesOf = bodyRules(deps.settings.payloadBytesMax)
  const find = createRouter(routes)
  const keyUse = createKeyUse(deps)
  const sessionUse = createSessionUse(deps)
  const wrongKey = createWrongKeys(deps.clock, deps.settings.wrongKeysPerMinute)
  const authenticate = createAuthenticate({ ...deps, keyUse, sessionUse, wrongKey })
  const deadlines = createDeadlines(deps.clock, BODY_TIMEOUT_MS)
  const arrivals = new Arrivals(deps.clock)
  const trusted = compileAddresses(deps.settings.trustedProxies)
  const idempotent = createIdempotency(deps)

  const answer = async (request: IncomingMessage): Promise<Answer> => {
    const url = request.url ?? '/'
    const queryAt = url.indexOf('?')
    const path = queryAt < 0 ? url : url.slice(0, queryAt)
    const { route, params } = known(find(request.method ?? '', path))
    const { operation } = route
    if (isDraining() && operation === healthOperations.ready) throw new AppError('stopping')
    const ip = addressOf(request, trusted)
    const isPublic = operation.scope === 'public'
    const actor = isPublic ? nobody : await authenticate(request.headers, ip)
    // What a browser may have been talked into. Reading is none of it: no page of another site sees the answer.
    if (operation.method !== 'GET' && (isPublic || actor.kind === 'member'))
      refuseCrossSite(request.headers, { apiUrl: deps.settings.apiUrl, bySession: !isPublic })
    const found = await allowedApplication(deps, route, { actor, idOrUid: params['app_id'] })
    refuseRights(operation, actor)
    const query = readQuery(operation, queryAt < 0 ? '' : url.slice(queryAt + 1))
    const { bytesMax, opaque, exact } = rulesOf(operation)
    const raw = await readBody(request, { bytesMax: route.bodyBytesMax ?? bytesMax, deadlines, arrivals })
    const schema = bodySchema(operation, raw)
    const given = schema && parseBody(raw, { contentEncoding: request.headers['content-encoding'], opaque, exact })
    // Of large bodies it is a promise; others cost no further turn.
    const read = schema && check(schema, given instanceof Promise ? await given : given, 'body')
    const body = operation.body && read
    const key = operation.method === 'POST' ? idempotencyKeyOf(request) : undefined
    const application = found === MISSING ? await madeApplication(route, { body, actor, ip, name: params['app_id']! }) : found
    // Without a getter: an object with one is a table of names, which took two microseconds of every call.
    const call = {
      ...{ params, query, body, raw, application, actor, ip, path, idempotencyKey: key },
      ifMatch: request.headers['if-match'],
      acceptEncoding: request.headers['accept-encoding'],
      range: request.headers.range,
      ifRange: request.headers['if-range'],
      userAgent: request.headers['user-agent'],
      cookies: request.headers.cookie,
      lastEventId: request.headers['last-event-id'],
      chain: chainIn(request.headers[CHAIN_HEADER]?.toString()),
      trace: traceText(request.headers['traceparent']?.toString(), request.headers['tracestate']?.toString()),
    } as unknown as Call
    try {
      if (key === undefined || operation.idempotency !== undefined) return await route.run(call)
      const scope = `${actor.id} ${operation.method} ${url}`
      return await idempotent({ scope, key, raw }, (carriedOut) => route.run({ ...call, carriedOut }))
    } catch (error) {
      throw nameMissing(error, params)
    }
  }

  return { answer, drain: () => arrivals.drain(), stop: async () => void (await Promise.all([keyUse.stop(), sessionUse.stop()])) }
}

interface BodyRules {
  readonly bytesMax: number
  /** Members whose JSON is kept as its text. */
  readonly opaque: readonly string[]
  /** Whether its numbers keep every digit. */
  readonly exact: boolean
}

/** What holds for the body of each operation, settled once. */
function bodyRules(payloadBytesMax: number): (operation: Operation) => BodyRules {
  const openBytesMax = Math.max(OPEN_BODY_BYTES_MAX, payloadBytesMax + PAYLOAD_ROOM_BYTES)
  const rules = new Map<string, BodyRules>()
  for (const one of operations as readonly Operation[]) {
    const isOpen = one.body !== undefined && takesAnyJson(one.body)
    const opaque = opaqueMembers(one)
    rules.set(one.id, { bytesMax: isOpen ? openBytesMax : BODY_BYTES_MAX, opaque, exact: isOpen && opaque.length === 0 })
  }
  return ({ id }) => rules.get(id) ?? { bytesMax: BODY_BYTES_MAX, opaque: [], exact: false }
}

/** What a caller may not do, whatever it is done to. An organisation's operations are refused where the application is looked for. */
function refuseRights(operation: Operation, actor: Actor): void {
  const { access, role, scope } = operation
  if (scope === 'public') return
  if (actor.kind === 'key' && actor.isPortal && !isOfPortal(operation))
    throw new AppError('insufficient_access', {
      detail: 'A key of the portal does not reach this: it is for endpoints, deliveries and event types.',
    })
  const looksOnly = access === 'write' && actor.access !== 'write' && !(role === 'viewer' && actor.kind === 'member')
  const isRefused = looksOnly || (role === 'owner' && actor.role !== 'owner')
  if (!isRefused) return
  if (actor.kind === 'key') throw new AppError('insufficient_access')
  throw new AppError('insufficient_access', {
    detail: actor.access === 'write' ? 'This is for owners. Ask one.' : 'You can look, not change. Ask an owner.',
  })
}

/** Another application's objects answer exactly like unknown ones. */
async function allowedApplication(
  { config }: ApiDeps,
  { operation, makeApplication }: Route,
  { actor, idOrUid }: { readonly actor: Actor; readonly idOrUid: string | undefined },
) {
  if (operation.scope === 'public' || operation.scope === 'any') return undefined
  if (operation.scope === 'organisation') {
    if (actor.applications !== null) throw new AppError('insufficient_access')
    return undefined
  }
  const name = idOrUid ?? ''
  const application = config.peek(name) ?? (await config.application(name))
  if (!application && makeApplication && actor.applications === null) return MISSING
  if (!application || !mayEnter(actor, application.id)) throw noApplication(name)
  return application
}

/** What an operation takes no part of: given all the same, it was meant to change what is done. */
const nothing = z.strictObject({})

function readQuery({ query, scope }: Operation, text: string): unknown {
  if (query === undefined && (text === '' || scope === 'public')) return undefined
  return check(query ?? nothing, text === '' ? {} : parseQuery(text), 'query')
}

/** Where none is taken, one that comes all the same must be empty; with other methods a body has no meaning at all (RFC 9110). */
function bodySchema({ body, method }: Operation, raw: Uint8Array): z.ZodType | undefined {
  return body ?? (raw.length > 0 && (method === 'POST' || method === 'PUT' || method === 'PATCH') ? nothing : undefined)
}

/** In place of an application that is not there and that the call may make, once its body is read. */
const MISSING = Symbol('missing')

async function madeApplication({ makeApplication }: Route, call: Parameters<MakeApplication>[0]): Promise<ApplicationSnapshot> {
  const application = await makeApplication?.(call)
  if (!application) throw noApplication(call.name)
  return application
}

const nobody: Actor = {
  ...{
    kind: 'key',
    id: 'key_nobody',
    isPortal: false,
    applications: null,
    access: 'read',
    role: 'viewer',
    featureFlags: null,
    expiresAt: null,
  },
}

function known(found: Found): Extract<Found, { kind: 'found' }> {
  switch (found.kind) {
    case 'found':
      return found
    case 'wrong_method':
      throw new WrongMethod(found.allow)
    case 'unknown':
      throw new AppError('not_found', { detail: 'There is no such address. The API is described at /openapi.json.' })
  }
}

/** Behind a trusted proxy, who called the proxy. */
function addressOf({ socket, headers }: IncomingMessage, trusted: AddressMatcher): string {
  const forwarded = headers['x-forwarded-for']
  const hops = { 'x-forwarded-for': forwarded === undefined ? undefined : [String(forwarded)] }
  return callerOf({ address: socket.remoteAddress, encrypted: false }, hops, trusted).address
}

function idempotencyKeyOf(request: IncomingMessage): string | undefined {
  const header = request.headers['idempotency-key']
  return typeof header === 'string' && header !== '' ? headerText(header) : undefined
}
