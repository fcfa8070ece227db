import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Committer, ConfigCache, RunAtOnce, Topics } from '#coordination'
import { AppError, limits, type ErrorCode, type Ids } from '#domain'
import type { Bell, Clock, Log, Vault } from '#platform'
import type { Store } from '#store'
import { createAccept } from './accept.ts'
import { callerOf, compileAddresses } from './gate/addresses.ts'
import { createRateLimiter } from './gate/rate-limit.ts'
import { declaredLength, endAndClose, readBody } from './http/body.ts'
import { createDeadlines } from './http/deadlines.ts'
import { createListenerRoutes } from './listener/listeners.ts'
import { compose, problemAnswer, type Answer, type ComposedAnswer } from './reply/reply.ts'
import { createWaiters } from './reply/waiters.ts'
import { readHeaders, type Headers } from './request/headers.ts'
import { readInbound } from './request/inbound.ts'
import { createRejections } from './request/rejection.ts'

export interface IngestDeps {
  readonly store: Pick<Store, 'db' | 'replies' | 'answerRuns' | 'onHint'>
  readonly committer: Pick<Committer, 'accept' | 'acceptAnew'>
  readonly config: Pick<ConfigCache, 'peek' | 'application' | 'refresh'>
  readonly bell: Bell<Topics>
  readonly vault: Vault
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
  /** Null: this process runs no flows. */
  readonly runAtOnce: RunAtOnce | null
  readonly settings: {
    readonly publicUrl: string
    readonly trustedProxies: readonly string[]
    /** For listeners that do not say. */
    readonly bodyBytesMax?: number
    /** Of all requests together, from their first byte to their answer. */
    readonly bodiesBytesMax?: number
    /** From the head of a request to the last byte of its body. */
    readonly bodyTimeoutMs?: number
  }
}

/** The public plane: answers every request under `/in/`, on a server of its own or beside the API on one port. */
export interface Ingest {
  handle(request: IncomingMessage, response: ServerResponse): void
  /** From now on every answer ends its connection. */
  drain(): void
  /** Answers those who still wait for a run, refuses what is new, and resolves when nothing is under way. */
  stop(): Promise<void>
  /** Refused requests by code, callers that wait and requests under way, for the metrics. */
  figures(): { readonly refused: ReadonlyMap<ErrorCode, number>; readonly waiting: number; readonly underWay: number }
}

const BODY_TIMEOUT_MS = 30_000
const BODIES_BYTES_MAX = 256 * 1024 * 1024
const URL_LENGTH_MAX = 8192
/** A body that was not read is dropped by Node up to here, and the connection kept; a larger one costs more than a new connection. */
const UNREAD_BYTES_MAX = 64 * 1024

export function createIngest(deps: IngestDeps): Ingest {
  const { clock, ids, log, bell, store, committer, settings } = deps
  const bodyBytesMax = settings.bodyBytesMax ?? limits.bodyBytesMax
  const bodiesBytesMax = settings.bodiesBytesMax ?? BODIES_BYTES_MAX
  const publicUrl = settings.publicUrl.replace(/\/+$/, '')
  const trusted = compileAddresses(settings.trustedProxies)
  const deadlines = createDeadlines(clock, settings.bodyTimeoutMs ?? BODY_TIMEOUT_MS)
  const waiters = createWaiters({ clock, log, bell, store })
  const rejections = createRejections({ clock, log, committer })
  const routesOf = createListenerRoutes({ vault: deps.vault, log, bodyBytesMax })
  const accept = createAccept({ ...deps, waiters, rejections, routesOf, limiter: createRateLimiter(clock) })
  let draining = false
  let stopped = false
  let underWay = 0
  let bodiesBytes = 0
  let idle: (() => void) | undefined

  /** Room for one request's body among all; given back when it is answered. */
  const roomForBody = () => {
    let held = 0
    return {
      claim(bytes: number) {
        if (bodiesBytes + bytes > bodiesBytesMax) return false
        bodiesBytes += bytes
        held += bytes
        return true
      },
      giveBack() {
        bodiesBytes -= held
        held = 0
      },
    }
  }

  const answer = async (request: IncomingMessage, headers: Headers): Promise<Made> => {
    const id = ids.make('req')
    const code = stopped ? 'stopping' : (request.url?.length ?? 0) > URL_LENGTH_MAX ? 'url_too_long' : undefined
    if (code !== undefined) {
      rejections.count(code)
      return { id, answer: problemAnswer(code, { requestId: id }), close: true }
    }
    const { remoteAddress } = request.socket
    const room = roomForBody()
    const inbound = readInbound(request, {
      id,
      receivedAt: clock.now(),
      publicUrl,
      headers,
      caller: callerOf({ address: remoteAddress, encrypted: 'encrypted' in request.socket }, headers, trusted),
      read: (bytesMax) => readBody(request, headers, { bytesMax, deadlines, claim: room.claim }),
    })
    try {
      return { id, answer: await accept(inbound), close: draining }
    } catch (error) {
      if (error instanceof AppError) return { id, answer: problemAnswer(error.code, { requestId: id }), close: draining }
      log.error('ingest.request.failed', { error, request: id })
      return { id, answer: problemAnswer('internal', { requestId: id }), close: draining }
    } finally {
      room.giveBack()
    }
  }

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    underWay++
    try {
      const headers = readHeaders(request.rawHeaders)
      const { answer: made, id, close } = await answer(request, headers)
      if (made === null || response.destroyed) response.destroy()
      else write({ request, response, headers }, { answer: compose(made, id), close, clock })
    } catch (error) {
      log.error('ingest.answer.failed', { error })
      response.destroy()
    } finally {
      underWay--
      if (underWay === 0) idle?.()
    }
  }

  return {
    handle: (request, response) => void serve(request, response),
    drain: () => void (draining = true),
    async stop() {
      draining = stopped = true
      waiters.stop()
      if (underWay > 0) await new Promise<void>((resolve) => (idle = resolve))
    },
    figures: () => ({ refused: rejections.counts, waiting: waiters.waiting, underWay }),
  }
}

interface Made {
  readonly id: string
  /** Null if the caller went away. */
  readonly answer: Answer | null
  readonly close: boolean
}

interface Exchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly headers: Headers
}

function write({ request, response, headers }: Exchange, out: { answer: ComposedAnswer; close: boolean; clock: Clock }): void {
  const { status, headers: head, body } = out.answer
  // Text stays text: Node then writes head and body in one call, which is a tenth of the whole.
  const payload = body ?? ''
  const length = typeof payload === 'string' ? Buffer.byteLength(payload) : payload.length
  const unread = !request.complete && (declaredLength(headers) ?? Infinity) > UNREAD_BYTES_MAX
  const close = out.close || unread
  if (status !== 204 && status !== 304) head.push('Content-Length', String(length))
  if (close) head.push('Connection', 'close')
  response.writeHead(status, head)
  if (unread) endAndClose(request, response, { payload, clock: out.clock })
  else response.end(payload)
}
