import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { errors, operations, type Operation } from '@posthorn/contract'
import { AppError, limits } from '#domain'
import type { Log } from '#platform'
import { check } from './check.ts'
import { createAuthenticate } from './authenticate.ts'
import type { ApiDeps } from './deps.ts'
import { createIdempotency } from './idempotency.ts'
import { problem } from './problem.ts'
import type { Actor, Answer, Call, Route } from './route.ts'

/** The largest body of a call that changes configuration. Messages have their own limit (`payloadBytesMax`) and some room around it. */
const BODY_BYTES_MAX = 1024 * 1024
const PAYLOAD_ROOM_BYTES = 64 * 1024
const REQUEST_TIMEOUT_MS = 30_000

/**
 * The management plane on Fastify: finds the operation, authenticates, checks, calls its route, and turns errors into HTTP. Bodies
 * stay raw bytes until their operation's schema reads them, because some are forwarded as they came.
 */
export function createServer(deps: ApiDeps, routes: readonly Route[]): FastifyInstance {
  const missing = operations.filter((operation) => !routes.some((route) => route.operation === operation))
  if (missing.length > 0) throw new Error(`operations without a route: ${missing.map((operation) => operation.id).join(', ')}`)
  const app = Fastify({
    bodyLimit: Math.max(BODY_BYTES_MAX, deps.settings.payloadBytesMax + PAYLOAD_ROOM_BYTES),
    requestTimeout: REQUEST_TIMEOUT_MS,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 300 },
    genReqId: () => deps.ids.make('req'),
    exposeHeadRoutes: false,
    schemaController: { compilersFactory: { buildValidator: unused, buildSerializer: unused } },
  })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  app.setErrorHandler((error, request, reply) => answerError(error, { request, reply, log: deps.log }))
  app.setNotFoundHandler((request, reply) =>
    answerError(new AppError('not_found', { detail: 'There is no such address. The API is described at /openapi.json.' }), {
      request,
      reply,
      log: deps.log,
    }),
  )
  const authenticate = createAuthenticate(deps)
  const idempotent = createIdempotency(deps)
  for (const { operation, run } of routes) {
    app.route({
      method: operation.method,
      url: operation.path.replaceAll(/\{(\w+)\}/g, ':$1'),
      handler: async (request, reply) => {
        const actor = operation.scope === 'public' ? nobody : await authenticate(request.headers.authorization)
        const answer = await call(operation, { request, actor, run })
        for (const [name, value] of Object.entries(answer.headers ?? {})) void reply.header(name, value)
        if (answer.content) return reply.code(answer.status).type(answer.content.type).send(answer.content.bytes)
        const json = answer.json ?? (answer.body === undefined ? undefined : JSON.stringify(answer.body))
        return json === undefined ? reply.code(answer.status).send() : reply.code(answer.status).type('application/json').send(json)
      },
    })
  }
  return app

  async function call(
    operation: Operation,
    { request, actor, run }: { request: FastifyRequest; actor: Actor; run: Route['run'] },
  ): Promise<Answer> {
    const params = request.params as Record<string, string>
    const application = await allowedApplication(operation, actor, params['app_id'])
    if (operation.access === 'write' && actor.access !== 'write') throw new AppError('insufficient_access')
    const raw = request.body instanceof Uint8Array ? request.body : new Uint8Array()
    const query = operation.query ? check(operation.query, request.query, 'query') : undefined
    const body = operation.body ? check(operation.body, parseBody(raw, request), 'body') : undefined
    const header = request.headers['idempotency-key']
    const key = operation.method === 'POST' && typeof header === 'string' && header !== '' ? header : undefined
    const one = { params, query, body, raw, application, actor, ip: request.ip, idempotencyKey: key } as unknown as Call
    if (key === undefined || operation.idempotency === 'commit') return run(one)
    return idempotent({ scope: `${actor.key} ${operation.method} ${request.url}`, key, body: raw }, () => run(one))
  }

  /** Another application's objects answer exactly like unknown ones. */
  async function allowedApplication(operation: Operation, actor: Actor, idOrUid: string | undefined) {
    if (operation.scope === 'public') return undefined
    if (operation.scope === 'organisation') {
      if (actor.application !== null) throw new AppError('insufficient_access')
      return undefined
    }
    const application = await deps.config.application(idOrUid ?? '')
    if (!application || (actor.application !== null && actor.application !== application.id)) throw new AppError('not_found')
    return application
  }
}

const nobody: Actor = { key: 'key_nobody', application: null, access: 'read' }

/** JSON whatever the content type says, because clients often forget it; forms and files have no business here. */
function parseBody(raw: Uint8Array, request: FastifyRequest): unknown {
  if (raw.length === 0) return {}
  const encoding = request.headers['content-encoding']
  if (encoding !== undefined && encoding !== 'identity')
    throw new AppError('unsupported_media_type', { detail: 'Send the body without Content-Encoding.' })
  if (nestsDeeper(raw, limits.jsonDepthMax)) {
    throw new AppError('malformed_json', { detail: `The body nests deeper than ${limits.jsonDepthMax} levels.` })
  }
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(raw)) as unknown
  } catch (cause) {
    throw new AppError('malformed_json', {
      detail: `The body is not well-formed JSON: ${cause instanceof Error ? cause.message : ''}`,
      cause,
    })
  }
}

/** Counts brackets outside of texts, before anything recurses into them. */
function nestsDeeper(json: Uint8Array, most: number): boolean {
  let depth = 0
  let inText = false
  for (let i = 0; i < json.length; i++) {
    const byte = json[i]
    if (inText) {
      if (byte === 0x5c) i++
      else if (byte === 0x22) inText = false
    } else if (byte === 0x22) inText = true
    else if (byte === 0x7b || byte === 0x5b) {
      if (++depth > most) return true
    } else if (byte === 0x7d || byte === 0x5d) depth--
  }
  return false
}

/** Seconds after which a caller of an overloaded server should try again. */
const RETRY_AFTER_SECONDS = '1'

function answerError(error: unknown, { request, reply, log }: { request: FastifyRequest; reply: FastifyReply; log: Log }) {
  const known = error instanceof AppError ? error : fromFastify(error)
  if (!known) log.error('api.call.failed', { error, requestId: request.id, method: request.method })
  const code = known?.code ?? 'internal'
  const detail = known?.message ?? errors.internal.sentence
  if (errors[code].status === 503 || code === 'rate_limited') void reply.header('retry-after', RETRY_AFTER_SECONDS)
  if (code === 'authentication_failed') void reply.header('www-authenticate', 'Bearer')
  return reply
    .code(errors[code].status)
    .type('application/json')
    .send(JSON.stringify(problem(code, { detail, requestId: request.id, fields: known?.fields ?? [] })))
}

function fromFastify(error: unknown): AppError | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new AppError('payload_too_large')
  if (
    typeof code === 'string' &&
    code.startsWith('FST_ERR_') &&
    'statusCode' in (error as object) &&
    (error as { statusCode: number }).statusCode < 500
  ) {
    return new AppError('malformed_request', { detail: (error as Error).message })
  }
  return undefined
}

/** The contract's own schemas check; so Fastify's compilers, a hundred files that each start would load, are not even there. */
function unused(): never {
  throw new Error('No route gives Fastify a schema.')
}
