import type { IncomingMessage, ServerResponse } from 'node:http'
import { parse as parseQuery } from 'node:querystring'
import { errors, healthOperations, operations, type Operation } from '@posthorn/contract'
import { z } from 'zod'
import { AppError, headerText } from '#domain'
import { callerOf, compileAddresses, endAndClose, type AddressMatcher } from '#ingest'
import type { ApplicationSnapshot } from '#store'
import { createAuthenticate } from './authenticate.ts'
import { check } from './check.ts'
import { takesAnyJson } from './check-sizes.ts'
import type { ApiDeps } from './deps.ts'
import { createIdempotency } from './idempotency.ts'
import { createKeyUse } from './key/key-use.ts'
import { createWrongKeys, TooManyWrongKeys } from './key/wrong-keys.ts'
import { parseBody } from './json-body.ts'
import { opaqueMembers } from './opaque-members.ts'
import { problem } from './problem.ts'
import { declaredLength, readBody } from './read-body.ts'
import type { Actor, Answer, Call, MakeApplication, Route } from './route.ts'
import { createRouter, type Found } from './router.ts'

/** The largest body of a call, and of one that has a place for any JSON. Messages have their own limit (`payloadBytesMax`) and some room around it. */
const BODY_BYTES_MAX = 256 * 1024
const OPEN_BODY_BYTES_MAX = 1024 * 1024
const PAYLOAD_ROOM_BYTES = 64 * 1024
/** A body that nobody read is dropped by Node up to here, and the connection kept; a larger one costs more than a new connection. */
const UNREAD_BYTES_MAX = 64 * 1024

export interface ApiServer {
  /** Answers one request. */
  handle(request: IncomingMessage, response: ServerResponse): void
  /** From now on every answer ends its connection, and `readyz` says no. */
  drain(): void
  /** Refuses what is new, and resolves when nothing is under way or the signal is given. */
  stop(signal?: AbortSignal): Promise<void>
}

/**
 * The management plane on bare `node:http`: finds the operation, authenticates, checks, calls its route, and turns errors into HTTP.
 * A framework (Fastify) did no more for us than to route and to collect bodies. Without it, and with the commit left out, a message
 * took 0.85 to 0.95 of the processor time; under the commit's own cost that is within the noise. A start saves loading its 26
 * packages. Bodies stay raw bytes until their operation's schema reads them, because some are forwarded as they came.
 */
export function createServer(deps: ApiDeps, routes: readonly Route[]): ApiServer {
  const missing = operations.filter((operation) => !routes.some((route) => route.operation === operation))
  if (missing.length > 0) throw new Error(`operations without a route: ${missing.map((operation) => operation.id).join(', ')}`)
  const openBytesMax = Math.max(OPEN_BODY_BYTES_MAX, deps.settings.payloadBytesMax + PAYLOAD_ROOM_BYTES)
  const bytesMax = new Map(
    operations.map((one: Operation) => [one.id, one.body !== undefined && takesAnyJson(one.body) ? openBytesMax : BODY_BYTES_MAX]),
  )
  const find = createRouter(routes)
  const keyUse = createKeyUse(deps)
  const wrongKey = createWrongKeys(deps.clock, deps.settings.wrongKeysPerMinute)
  const authenticate = createAuthenticate({ ...deps, keyUse, wrongKey })
  const trusted = compileAddresses(deps.settings.trustedProxies)
  const idempotent = createIdempotency(deps)
  let underWay = 0
  let draining = false
  let stopped = false
  let idle: (() => void) | undefined

  const answer = async (request: IncomingMessage): Promise<Answer> => {
    const url = request.url ?? '/'
    const queryAt = url.indexOf('?')
    const { route, params } = known(find(request.method ?? '', queryAt < 0 ? url : url.slice(0, queryAt)))
    const { operation } = route
    if (draining && operation === healthOperations.ready) throw new AppError('stopping')
    // Asked for by few: the audit log, and who shows a wrong key.
    const caller = {
      get ip() {
        return addressOf(request, trusted)
      },
    }
    const actor = operation.scope === 'public' ? nobody : await authenticate(request.headers.authorization, caller)
    const found = await allowedApplication(route, actor, params['app_id'])
    if (operation.access === 'write' && actor.access !== 'write') throw new AppError('insufficient_access')
    const query = readQuery(operation, queryAt < 0 ? '' : url.slice(queryAt + 1))
    const raw = await readBody(request, route.bodyBytesMax ?? bytesMax.get(operation.id) ?? BODY_BYTES_MAX)
    const schema = bodySchema(operation, raw)
    const given = schema && parseBody(raw, { contentEncoding: request.headers['content-encoding'], opaque: opaqueMembers(operation) })
    // Of large bodies it is a promise; others cost no further turn.
    const read = schema && check(schema, given instanceof Promise ? await given : given, 'body')
    const body = operation.body && read
    const key = operation.method === 'POST' ? idempotencyKeyOf(request) : undefined
    const application = found === MISSING ? await madeApplication(route, { body, actor, ip: caller.ip, name: params['app_id']! }) : found
    const call = {
      ...{ params, query, body, raw, application, actor, idempotencyKey: key },
      get ip() {
        return caller.ip
      },
    } as unknown as Call
    if (key === undefined || operation.idempotency === 'commit') return route.run(call)
    return idempotent({ scope: `${actor.key} ${operation.method} ${url}`, key, raw }, () => route.run(call))
  }

  /** Another application's objects answer exactly like unknown ones. */
  const allowedApplication = async ({ operation, makeApplication }: Route, actor: Actor, idOrUid: string | undefined) => {
    if (operation.scope === 'public' || operation.scope === 'any') return undefined
    if (operation.scope === 'organisation') {
      if (actor.application !== null) throw new AppError('insufficient_access')
      return undefined
    }
    const name = idOrUid ?? ''
    const application = deps.config.peek(name) ?? (await deps.config.application(name))
    if (!application && makeApplication && actor.application === null) return MISSING
    if (!application || (actor.application !== null && actor.application !== application.id)) throw new AppError('not_found')
    return application
  }

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    try {
      if (stopped) throw new AppError('stopping')
      write(request, response, await answer(request))
    } catch (error) {
      if (!response.headersSent) write(request, response, answerOf(error, request))
      else response.destroy()
    }
  }

  const answerOf = (error: unknown, { method }: IncomingMessage): Answer => {
    const requestId = deps.ids.make('req')
    if (!(error instanceof AppError)) deps.log.error('api.call.failed', { error, requestId, method })
    const { code, message, fields } = error instanceof AppError ? error : new AppError('internal')
    const headers = {
      ...((errors[code].status === 503 || code === 'rate_limited') && { 'retry-after': RETRY_AFTER_SECONDS }),
      ...(error instanceof TooManyWrongKeys && { 'retry-after': String(error.retryAfterSeconds) }),
      ...(code === 'authentication_failed' && { 'www-authenticate': 'Bearer' }),
      ...(error instanceof WrongMethod && { allow: error.allow.join(', ') }),
      // RFC 9110 15.5.16. It is answered to a coding only: the content type of a call is not looked at.
      ...(code === 'unsupported_media_type' && { 'accept-encoding': 'identity' }),
    }
    return { status: errors[code].status, body: problem(code, { detail: message, requestId, fields }), headers }
  }

  const write = (request: IncomingMessage, response: ServerResponse, { status, body, json, content, headers }: Answer): void => {
    const payload = content?.bytes ?? json ?? (body === undefined ? '' : JSON.stringify(body))
    const unread = !request.complete && (declaredLength(request) ?? Infinity) > UNREAD_BYTES_MAX
    response.writeHead(status, {
      ...(payload.length > 0 && { 'content-type': content?.type ?? 'application/json' }),
      ...(status !== 204 && { 'content-length': typeof payload === 'string' ? Buffer.byteLength(payload) : payload.length }),
      ...headers,
      ...((unread || draining) && { connection: 'close' }),
    })
    if (unread) endAndClose(request, response, { payload, clock: deps.clock })
    else response.end(payload)
  }

  return {
    handle(request, response) {
      underWay++
      void serve(request, response).finally(() => {
        underWay--
        if (underWay === 0) idle?.()
      })
    },
    drain: () => void (draining = true),
    async stop(signal) {
      draining = stopped = true
      if (underWay > 0 && !signal?.aborted) {
        await new Promise<void>((resolve) => {
          idle = resolve
          signal?.addEventListener('abort', () => resolve(), { once: true })
        })
      }
      await keyUse.stop()
    },
  }
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
  if (!application) throw new AppError('not_found')
  return application
}

const nobody: Actor = { key: 'key_nobody', application: null, access: 'read', featureFlags: null }
/** Seconds after which a caller of an overloaded server should try again. */
const RETRY_AFTER_SECONDS = '1'

class WrongMethod extends AppError {
  readonly allow: readonly string[]

  constructor(allow: readonly string[]) {
    super('method_not_allowed')
    this.allow = allow
  }
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
