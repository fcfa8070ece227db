import assert from 'node:assert/strict'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Committer, ConfigCache, RunAtOnce, Topics, Traces } from '#coordination'
import { AppError, limits, type ErrorCode, type Ids, type RequestId } from '#domain'
import {
  writeAnswer,
  writeStream,
  type Exchange,
  type WakeUps,
  type Clock,
  type Egress,
  type Failpoint,
  type Log,
  type Vault,
} from '#platform'
import type { Store } from '#store'
import { createAccept, type Accept } from './accept.ts'
import { decodeBody } from './body/decode-body.ts'
import { callerOf, compileAddresses } from './gate/addresses.ts'
import { createRateLimiter } from './gate/rate-limit.ts'
import { readBody } from './http/body.ts'
import { BodyMemory, type BodyRoom } from './http/body-memory.ts'
import { Arrivals } from './http/arrivals.ts'
import { createDeadlines, type Deadlines } from './http/deadlines.ts'
import { createListenerRoutes } from './listener/listeners.ts'
import { compose, problemAnswer, type Answer } from './reply/reply.ts'
import { ArrivingPieces } from './upload/arriving-pieces.ts'
import { createUploadPlaces } from './upload/upload-places.ts'
import { Waiters } from './reply/waiters.ts'
import { readHeaders, type Headers } from './request/headers.ts'
import { readInbound, type Inbound } from './request/inbound.ts'
import { createRejections, type Rejections } from './request/rejection.ts'
import { RemoteKeys } from './schemes/tokens/remote-keys.ts'
import { systemOf } from './systems/registry.ts'
import type { System } from './systems/system.ts'

export interface IngestDeps {
  readonly store: Pick<Store, 'logs' | 'queries' | 'files' | 'replies' | 'answerRuns' | 'onHint'>
  readonly committer: Pick<Committer, 'accept' | 'acceptAnew'>
  readonly config: Pick<ConfigCache, 'peek' | 'application' | 'refresh'>
  readonly wakeUps: WakeUps<Topics>
  readonly vault: Vault
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
  /** For the public keys of senders, and to confirm subscriptions. */
  readonly egress: Pick<Egress, 'send'>
  /** Absent: those of the catalogue. */
  readonly systemOf?: (name: string) => System
  /** Null: this process runs no flows. */
  readonly runAtOnce: RunAtOnce | null
  /** Where a test may kill the process. */
  readonly failpoint: Failpoint
  /** Absent: nobody collects traces. */
  readonly traces?: Traces | undefined
  readonly settings: {
    readonly publicUrl: string
    readonly trustedProxies: readonly string[]
    /** For listeners that do not say. */
    readonly bodyBytesMax?: number
    readonly uploadBytesMax?: number
    readonly fileBytesMax?: number
    /** Of all files of an application. */
    readonly filesBytesMax?: number
    /** Of all requests together, from their first byte to their answer. */
    readonly bodiesBytesMax?: number
    /** From the head of a request to the last byte of its body. */
    readonly bodyTimeoutMs?: number
  }
}

const BODY_TIMEOUT_MS = 30_000
const BODIES_BYTES_MAX = 256 * 1024 * 1024
const URL_LENGTH_MAX = 8192

/**
 * The public plane: answers every request under `/in/`, on a server of its own or beside the API on one port.
 *
 *   open     --drain()--> draining    every answer ends its connection
 *   any      --stop()--> stopped      so it does here, and what is new is refused; it has ended when nothing is under way
 *
 * What must hold: each request that came is under way until it is answered or its connection is gone.
 */
export class Ingest {
  readonly #deps: IngestDeps
  readonly #publicUrl: string
  readonly #trusted: ReturnType<typeof compileAddresses>
  readonly #deadlines: Deadlines
  readonly #arrivals: Arrivals
  readonly #waiters: Waiters
  readonly #rejections: Rejections
  readonly #accept: Accept
  readonly #bodies: BodyMemory
  #mode: 'open' | 'draining' | 'stopped' = 'open'
  #underWay = 0
  /** Resolves what `stop` waits for. */
  #idle: (() => void) | undefined

  constructor(deps: IngestDeps) {
    const { clock, log, wakeUps, store, committer, settings } = deps
    const { bodyBytesMax = limits.bodyBytesMax, uploadBytesMax = limits.uploadBytesMax } = settings
    this.#deps = deps
    this.#publicUrl = settings.publicUrl.replace(/\/+$/, '')
    this.#trusted = compileAddresses(settings.trustedProxies)
    this.#deadlines = createDeadlines(clock, settings.bodyTimeoutMs ?? BODY_TIMEOUT_MS)
    this.#arrivals = new Arrivals(clock)
    this.#waiters = new Waiters({ clock, log, wakeUps, store })
    this.#rejections = createRejections({ clock, log, committer })
    this.#bodies = new BodyMemory(settings.bodiesBytesMax ?? BODIES_BYTES_MAX)
    this.#accept = createAccept({
      ...deps,
      waiters: this.#waiters,
      rejections: this.#rejections,
      routesOf: createListenerRoutes({
        vault: deps.vault,
        log,
        bodyBytesMax,
        uploadBytesMax,
        systemOf: deps.systemOf ?? systemOf,
        keys: new RemoteKeys({ egress: deps.egress, clock, log }),
      }),
      places: createUploadPlaces(),
      limits: {
        fileBytesMax: settings.fileBytesMax ?? limits.fileBytesMax,
        applicationBytesMax: settings.filesBytesMax ?? limits.filesBytesMax,
      },
      limiter: createRateLimiter(clock),
    })
  }

  readonly handle = (request: IncomingMessage, response: ServerResponse): void => void this.#serve(request, response)

  /** From now on every answer ends its connection, and nobody waits for a body that does not go on. */
  drain(): void {
    if (this.#mode !== 'open') return
    this.#mode = 'draining'
    this.#arrivals.drain()
  }

  /** Answers those who still wait for a run, refuses what is new, and resolves when nothing is under way. */
  async stop(): Promise<void> {
    this.#mode = 'stopped'
    this.#waiters.stop()
    if (this.#underWay > 0) await new Promise<void>((resolve) => (this.#idle = resolve))
  }

  /** Refused requests by code, callers that wait and requests under way, for the metrics. */
  figures(): { readonly refused: ReadonlyMap<ErrorCode, number>; readonly waiting: number; readonly underWay: number } {
    return { refused: this.#rejections.counts, waiting: this.#waiters.waiting, underWay: this.#underWay }
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#underWay++
    try {
      const made = await this.#answer(request, readHeaders(request.rawHeaders))
      if (made.answer === null || response.destroyed) response.destroy()
      else await this.#write({ request, response }, { ...made, answer: made.answer })
    } catch (error) {
      // The caller hung up, or hears by the end of its connection that something is missing.
      if (response.headersSent) this.#deps.log.info('ingest.answer.broken_off', { error })
      else this.#deps.log.error('ingest.answer.failed', { error })
      response.destroy()
    } finally {
      this.#ended()
    }
  }

  /** What cannot be read of an answer's bytes before the first of them is still reported. */
  async #write(exchange: Exchange, { id, answer, close }: Made & { readonly answer: Answer }): Promise<void> {
    const { clock } = this.#deps
    const { status, headers, body, stream } = compose(answer, id)
    if (stream === undefined) return writeAnswer(exchange, { status, headers, payload: body ?? '' }, { clock, close })
    try {
      await writeStream(exchange, { status, headers, stream }, { close })
    } catch (error) {
      if (!(error instanceof AppError) || exchange.response.headersSent) throw error
      await this.#write(exchange, { id, answer: problemAnswer(error.code, { requestId: id }), close })
    }
  }

  #ended(): void {
    assert(this.#underWay > 0, 'what ends was under way')
    this.#underWay--
    if (this.#underWay === 0) this.#idle?.()
  }

  async #answer(request: IncomingMessage, headers: Headers): Promise<Made> {
    const { ids, log } = this.#deps
    const id = ids.make('req')
    const code = this.#mode === 'stopped' ? 'stopping' : (request.url?.length ?? 0) > URL_LENGTH_MAX ? 'url_too_long' : undefined
    if (code !== undefined) {
      this.#rejections.count(code)
      return { id, answer: problemAnswer(code, { requestId: id }), close: true }
    }
    const room = this.#bodies.room()
    const inbound = this.#inbound(request, { id, headers, room })
    try {
      return { id, answer: await this.#accept(inbound), close: this.#endsConnections }
    } catch (error) {
      if (error instanceof AppError) return { id, answer: problemAnswer(error.code, { requestId: id }), close: this.#endsConnections }
      log.error('ingest.request.failed', { error, request: id })
      return { id, answer: problemAnswer('internal', { requestId: id }), close: this.#endsConnections }
    } finally {
      room.giveBack()
      // It is done already, unless something was thrown.
      if (inbound.form !== null) void inbound.form.discard()
    }
  }

  get #endsConnections(): boolean {
    return this.#mode !== 'open'
  }

  #inbound(request: IncomingMessage, { id, headers, room }: { id: RequestId; headers: Headers; room: BodyRoom }): Inbound {
    const { remoteAddress } = request.socket
    return readInbound(request, {
      id,
      receivedAt: this.#deps.clock.now(),
      publicUrl: this.#publicUrl,
      headers,
      caller: callerOf({ address: remoteAddress, encrypted: 'encrypted' in request.socket }, headers, this.#trusted),
      arriving: (limits) => new ArrivingPieces(request, { ...limits, clock: this.#deps.clock, arrivals: this.#arrivals }),
      claim: room.claim,
      decode: (body, coding, bytesMax) => decodeBody(body, coding, { bytesMax, claim: room.claim }),
      read: (bytesMax) => readBody(request, headers, { bytesMax, deadlines: this.#deadlines, arrivals: this.#arrivals, claim: room.claim }),
    })
  }
}

interface Made {
  readonly id: string
  /** Null if the caller went away. */
  readonly answer: Answer | null
  readonly close: boolean
}
