import { lookup as lookupAll } from 'node:dns/promises'
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls'
import type { Clock } from '../clock.ts'
import type { Log } from '../log.ts'
import { Crowd } from '../crowd/crowd.ts'
import { createAddressGuard } from './address-guard.ts'
import type { Way } from './connect-to.ts'
import { ConnectionPool, type Connection } from './connection-pool.ts'
import { EgressProxy, type ProxyOptions } from './egress-proxy.ts'
import type { Egress, EgressOutcome, Lookup } from './egress.ts'
import { Exchange, type ExchangeHost } from './exchange.ts'
import type { FailureCode } from './failures.ts'
import { wireHeaders } from './headers.ts'
import { HostsReached } from './hosts-reached.ts'
import { passContinue } from './interim-continue.ts'
import { openSocket } from './open-socket.ts'
import { Resolver } from './resolver.ts'
import { createTargetReader, isLocalhost, readTarget, type Target } from './target.ts'
import { Client } from './undici.ts'
import { WaysOut } from './ways-out.ts'

export interface EgressOptions {
  readonly clock: Clock
  /** CIDRs and single addresses that pass the guard whatever they are. */
  readonly allow?: readonly string[]
  readonly allowHttp?: boolean
  /** Replaced in tests. */
  readonly lookup?: Lookup
  readonly connectionsPerOriginMax?: number
  readonly connectionsMax?: number
  /** How long an idle connection is kept; shorter where the server announces less. */
  readonly keepAliveMs?: number
  /** What is not reached directly goes through it. */
  readonly proxy?: ProxyOptions
  /** Certificates in PEM that are trusted beside the public authorities. */
  readonly ca?: readonly string[]
  /** Hears what the operator has to mend: that the proxy fails, or that nobody is reached. */
  readonly log?: Log
}

const RESPONSE_HEADER_BYTES_MAX = 16 * 1024

const systemLookup: Lookup = async (hostname) => (await lookupAll(hostname, { all: true, order: 'verbatim' })).map(({ address }) => address)

/** Throws if an option cannot be read; that is a fault of the configuration. */
export function createEgress(options: EgressOptions): Egress {
  const { clock, allow = [], allowHttp = false, lookup = systemLookup, keepAliveMs = 10_000, connectionsMax = 4096, log } = options
  const ca = options.ca && options.ca.length > 0 ? options.ca : undefined
  const guard = createAddressGuard(allow)
  const resolver = new Resolver({ lookup, guard, clock })
  const pool = new ConnectionPool({ perOriginMax: options.connectionsPerOriginMax ?? 256, max: connectionsMax })
  const internet = new HostsReached(clock)
  const proxy = options.proxy && new EgressProxy(options.proxy, { clock, lookup, log, reached: internet })
  const waysOut = new WaysOut({ clock, log, proxy, internet })
  let secureContext: SecureContext | undefined
  // The public authorities take time and memory to read, so they are read for the first connection that asks for them.
  const trust = () =>
    (secureContext ??= createSecureContext({ minVersion: 'TLSv1.2', ...(ca && { ca: [...getCACertificates('default'), ...ca] }) }))
  if (ca) trust()
  const targetOf = createTargetReader(allowHttp)
  const underWay = new Crowd<Exchange>()
  let closed = false

  const host: ExchangeHost = {
    clock,
    resolver: proxy === undefined ? resolver : { resolve: (hostname) => proxy.named(hostname) ?? resolver.resolve(hostname) },
    pool,
    async connect(target, addresses, { signal, onPhase }) {
      const opened = await openSocket({ target, addresses, trust, signal, onPhase }, proxy)
      return connectionOver(opened, { target, keepAliveMs, reached: waysOut.to(target.hostname, addresses) })
    },
    proxyWorks: ({ hostname }) => proxy?.reachesOthers(hostname) === true,
    mayBeOurs: ({ hostname }, addresses, failure) => waysOut.mayHaveFailed(hostname, addresses, failure),
    ended: (exchange) => void underWay.leave(exchange),
  }

  return {
    send(request) {
      if (closed || request.signal?.aborted) return failed('aborted', 'The call was given up before it began.')
      const read = targetOf(request.url)
      if (!read.ok) return failed(read.code, read.reason)
      const { target } = read
      const wire = wireHeaders(request, target.authorization)
      if (!wire.ok) return failed('bad_header', wire.reason)
      return new Promise((settle) => {
        const resolve = proxy === undefined ? settle : (outcome: EgressOutcome) => (proxy.ended(outcome), settle(outcome))
        const exchange = new Exchange(host, request, { target, headers: wire.headers, resolve })
        underWay.enter(exchange)
        exchange.start()
      })
    },
    vet(url) {
      const read = readTarget(url, allowHttp)
      if (!read.ok) return read
      const { hostname, literal } = read.target
      const address = literal ? hostname : isLocalhost(hostname) ? '127.0.0.1' : undefined
      const fault = address === undefined ? proxy?.nameFault(hostname) : guard.fault(address)
      return fault === undefined ? { ok: true } : { ok: false, code: 'address_refused', reason: `The host ${hostname} is ${fault}.` }
    },
    async close() {
      closed = true
      for (const exchange of underWay.all()) exchange.abort()
      await pool.close()
    },
  }
}

interface ConnectionOptions {
  readonly target: Target
  readonly keepAliveMs: number
  readonly reached: HostsReached
}

/** A client that is given its one socket and never opens another, so that it can only speak to the address that was vetted. */
function connectionOver({ socket, address }: Way, { target, keepAliveMs, reached }: ConnectionOptions): Connection {
  let given = false
  const client = new Client(target.origin, {
    allowH2: false,
    pipelining: 1,
    // One deadline of our own stands over everything.
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: keepAliveMs,
    keepAliveMaxTimeout: keepAliveMs,
    maxHeaderSize: RESPONSE_HEADER_BYTES_MAX,
    connect: (_options, answer) => {
      if (given) return answer(Object.assign(new Error('the connection was closed'), { code: 'ECONNRESET' }), null)
      given = true
      // undici expects the answer after this call has returned.
      queueMicrotask(() => answer(null, socket))
    },
  })
  const connection: Connection = { origin: target.origin, address, socket, client, reached, served: 0, awaitsHead: false }
  passContinue(socket, () => connection.awaitsHead)
  return connection
}

const noPhases = { waitMs: 0, dnsMs: 0, connectMs: 0, tlsMs: 0, firstByteMs: 0, bodyMs: 0, totalMs: 0, reused: false } as const

function failed(code: FailureCode, detail: string): Promise<EgressOutcome> {
  return Promise.resolve({ kind: 'failed', code, detail, phases: noPhases })
}
