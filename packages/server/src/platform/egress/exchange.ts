import type { Dispatcher } from 'undici'
import type { Clock, Timer } from '../clock.ts'
import type { Placed } from '../crowd/crowd.ts'
import { onAbort } from '../crowd/on-abort.ts'
import type { Claim, Connection, ConnectionPool, Grant } from './connection-pool.ts'
import type { EgressOutcome, EgressPhases, EgressRequest, ResponseHeaders } from './egress.ts'
import { failureOf, timeoutOf, type FailureFound, type Phase } from './failure-of.ts'
import type { Resolution, Resolver } from './resolver.ts'
import type { Target } from './target.ts'

const RESPONSE_BYTES_MAX = 64 * 1024
const RESPONSE_BYTES_KEPT = 16 * 1024
/** A server may send a few 1xx responses before its real one; a flood of them is not HTTP. */
const INTERIM_MAX = 16

const EMPTY = new Uint8Array(0)

/** What an exchange needs of the egress that it belongs to. */
export interface ExchangeHost {
  readonly clock: Clock
  readonly resolver: Pick<Resolver, 'resolve'>
  readonly pool: ConnectionPool
  /** Opens a connection, and says when another phase than `connect` begins. */
  connect(
    target: Target,
    addresses: readonly string[],
    options: { signal: AbortSignal; onPhase: (phase: Phase) => void },
  ): Promise<Connection>
  /** Whether there is a proxy, and it led to other hosts of late. */
  proxyWorks(target: Target): boolean
  /** Whether it may be our own way out that failed. `addresses`: none, if the name could not be resolved. */
  mayBeOurs(target: Target, addresses: readonly string[], failure: FailureFound): boolean
  ended(exchange: Exchange): void
}

/**
 * One request and its response; the states are the phases, in their order:
 *
 *   dns -> wait -> connect (-> proxy -> tunnel) -> tls -> firstByte -> body -> settled
 *
 * dns and wait are passed at once when the answer is remembered and a connection is idle, which then leads directly to firstByte.
 * Any state settles at the deadline, at an abort, or at a failure. firstByte goes back to wait, once, when a reused connection
 * closed before a byte came back: the server had ended it while the request was on its way, so it says nothing about the request.
 * A class with the methods undici calls, because thousands of these run each second and closures for each cost measurably more.
 */
export class Exchange implements Claim, Placed, Dispatcher.DispatchHandler {
  readonly origin: string
  place = 0
  addresses: readonly string[] = []
  fresh = false
  readonly #host: ExchangeHost
  readonly #request: EgressRequest
  readonly #target: Target
  readonly #headers: string[]
  readonly #resolve: (outcome: EgressOutcome) => void
  readonly #startedAt: number
  readonly #spent = { wait: 0, dns: 0, connect: 0, proxy: 0, tunnel: 0, tls: 0, firstByte: 0, body: 0 }
  #phase: Phase = 'dns'
  #phaseSince: number
  #timer: Timer | undefined
  #unlisten: (() => void) | undefined
  #settled = false
  #connecting: AbortController | undefined
  #connection: Connection | undefined
  #reused = false
  #interim = 0
  #status = 0
  #responseHeaders: ResponseHeaders = {}
  #chunks: Uint8Array[] = []
  #kept = 0
  #received = 0

  constructor(
    host: ExchangeHost,
    request: EgressRequest,
    parts: { target: Target; headers: string[]; resolve: (outcome: EgressOutcome) => void },
  ) {
    this.#host = host
    this.#request = request
    this.#target = parts.target
    this.#headers = parts.headers
    this.#resolve = parts.resolve
    this.origin = parts.target.origin
    this.#startedAt = this.#phaseSince = host.clock.monotonic()
  }

  start(): void {
    const { timeoutMs, signal } = this.#request
    this.#timer = this.#host.clock.after(timeoutMs, () => this.#timeOut())
    if (signal !== undefined) this.#unlisten = onAbort(signal, this.abort)
    const resolution = this.#host.resolver.resolve(this.#target.hostname)
    if (resolution instanceof Promise) void resolution.then((late) => this.#resolved(late))
    else this.#resolved(resolution)
  }

  #timeOut(): void {
    this.#fail(timeoutOf(this.#phaseToBlame(), this.#request.timeoutMs, this.#host.proxyWorks(this.#target)))
  }

  /** Ends it from outside. */
  readonly abort = (): void => this.#fail({ code: 'aborted', detail: 'The call was given up here.' })

  #resolved(resolution: Resolution): void {
    if (this.#settled) return
    if (resolution.kind === 'failed') return this.#fail(resolution)
    this.addresses = resolution.addresses
    this.#claim()
  }

  #claim(): void {
    const grant = this.#host.pool.take(this)
    if (grant === undefined) this.#enter('wait')
    else this.granted(grant)
  }

  granted(grant: Grant): void {
    if (grant !== 'open') return this.#dispatch(grant)
    void this.#open()
  }

  async #open(): Promise<void> {
    this.#enter('connect')
    this.#connecting = new AbortController()
    let connection: Connection
    try {
      connection = await this.#host.connect(this.#target, this.addresses, {
        signal: this.#connecting.signal,
        onPhase: (phase) => this.#enter(phase),
      })
    } catch (error) {
      this.#host.pool.forgo(this.origin)
      return this.#fail(failureOf(error, this.#phase))
    }
    this.#host.pool.add(connection)
    // Given up in this very moment. Only with a request does a client listen to its socket, so a reset of an idle one would end the process.
    if (this.#settled) connection.socket.destroy()
    else this.#dispatch(connection)
  }

  #dispatch(connection: Connection): void {
    this.#enter('firstByte')
    this.#connection = connection
    this.#reused = connection.served++ > 0
    connection.awaitsHead = true
    const { method, body } = this.#request
    connection.client.dispatch({ path: this.#target.path, method, headers: this.#headers, body: body ?? null }, this)
  }

  onRequestStart(): void {}

  onRequestSent(): void {
    this.#request.onSent?.()
  }

  onResponseStarted(): void {
    if (this.#settled || this.#phase !== 'firstByte') return
    this.#enter('body')
    this.#connection!.reached.note(this.#target.hostname, this.#phaseSince)
  }

  onResponseStart(_controller: unknown, status: number, headers: ResponseHeaders): void {
    if (status < 200) {
      if (status === 101) this.#fail({ code: 'response_malformed', detail: 'It switches to a protocol that nobody asked for.' })
      else if (++this.#interim > INTERIM_MAX)
        this.#fail({ code: 'response_malformed', detail: `More than ${INTERIM_MAX} interim responses came.` })
      return
    }
    this.#connection!.awaitsHead = false
    this.#status = status
    this.#responseHeaders = headers
  }

  onResponseData(_controller: unknown, chunk: Uint8Array): void {
    if (this.#settled) return
    this.#received += chunk.length
    const room = (this.#request.responseBytesKept ?? RESPONSE_BYTES_KEPT) - this.#kept
    if (room > 0) {
      // A part of a large chunk is copied, so that it does not hold the whole of it in memory.
      const part = chunk.length <= room ? chunk : new Uint8Array(chunk.subarray(0, room))
      this.#chunks.push(part)
      this.#kept += part.length
    }
    if (this.#received > (this.#request.responseBytesMax ?? RESPONSE_BYTES_MAX)) {
      this.#connection!.socket.destroy()
      this.#respond()
    }
  }

  onResponseEnd(): void {
    if (this.#settled) return
    this.#host.pool.release(this.#connection!)
    this.#respond()
  }

  onResponseError(_controller: unknown, error: Error): void {
    if (this.#settled) return
    const failure = failureOf(error, this.#phase, this.#status !== 0)
    this.#connection!.socket.destroy()
    const unheard = this.#reused && this.#phase === 'firstByte' && failure.code === 'reset'
    if (!unheard || this.fresh) return this.#fail(failure)
    this.fresh = true
    this.#connection = undefined
    this.#claim()
  }

  #enter(phase: Phase): void {
    const now = this.#host.clock.monotonic()
    this.#spent[this.#phase] += now - this.#phaseSince
    this.#phase = phase
    this.#phaseSince = now
  }

  /** Who got a connection only when most of the time was over was failed by the wait, not by the host. */
  #phaseToBlame(): Phase {
    return this.#phase !== 'body' && this.#spent.wait > this.#request.timeoutMs / 2 ? 'wait' : this.#phase
  }

  #respond(): void {
    const body = this.#chunks.length === 0 ? EMPTY : this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks, this.#kept)
    this.#settle({
      kind: 'response',
      status: this.#status,
      headers: this.#responseHeaders,
      body,
      truncated: this.#received > this.#kept,
      address: this.#connection!.address,
      phases: this.#phases(),
    })
  }

  #fail(failure: FailureFound): void {
    if (this.#settled) return
    const { code, detail } = failure
    const mayBeOurs = this.#host.mayBeOurs(this.#target, this.addresses, failure)
    const connection = this.#connection
    const seen = this.#status === 0 ? detail : `${detail} The status was ${this.#status}.`
    this.#settle({
      ...{ kind: 'failed', code, detail: seen, phases: this.#phases() },
      ...(connection && { address: connection.address }),
      ...(mayBeOurs && { mayBeOurs }),
    })
    // What is half done cannot be used by anyone else.
    this.#connecting?.abort(new Error('given up'))
    connection?.socket.destroy()
    if (this.#phase === 'wait') this.#host.pool.leave(this)
  }

  #settle(outcome: EgressOutcome): void {
    this.#settled = true
    this.#timer?.cancel()
    this.#unlisten?.()
    this.#host.ended(this)
    this.#resolve(outcome)
  }

  #phases(): EgressPhases {
    const now = this.#host.clock.monotonic()
    const spent = this.#spent
    spent[this.#phase] += now - this.#phaseSince
    return {
      waitMs: spent.wait,
      dnsMs: spent.dns,
      connectMs: spent.connect + spent.proxy + spent.tunnel,
      tlsMs: spent.tls,
      firstByteMs: spent.firstByte,
      bodyMs: spent.body,
      totalMs: now - this.#startedAt,
      reused: this.#reused,
    }
  }
}
