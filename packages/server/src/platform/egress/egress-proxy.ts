import { isIP, type Socket } from 'node:net'
import type { SecureContext } from 'node:tls'
import type { Clock } from '../clock.ts'
import type { Log } from '../log.ts'
import { createSayOnce, type SayOnce } from '../say-once.ts'
import { createAddressGuard } from './address-guard.ts'
import { connectTo, secured, type Way, type WayRequest } from './connect-to.ts'
import type { EgressOutcome, Lookup } from './egress.ts'
import type { FailureCode } from './failures.ts'
import type { HostsReached } from './hosts-reached.ts'
import type { ProxyCredentials } from './proxy-answer.ts'
import { askByConnect } from './proxy-connect.ts'
import { ProxyError } from './proxy-error.ts'
import { createBypass, type Bypass } from './proxy-bypass.ts'
import { internalNameFault } from './proxy-names.ts'
import { askBySocks } from './proxy-socks.ts'
import { Resolver, type Resolution } from './resolver.ts'

export interface ProxyOptions {
  /** `http://`, `https://` or `socks5://`, with `user:password@` where it asks for them. It is the operator's, so its own address is not vetted. */
  readonly url: string
  /** What is reached directly: hosts, `.suffixes`, addresses and CIDRs; loopback always is. */
  readonly bypass?: readonly string[]
  /** Names go to the proxy as they are: for networks in which this machine cannot resolve them. */
  readonly resolves?: boolean
}

export interface ProxyDeps {
  readonly clock: Clock
  readonly lookup: Lookup
  /** Hears of its failures, which the operator has to mend. */
  readonly log: Log | undefined
  /** The hosts that it opened ways to, or that answered through it. */
  readonly reached: HostsReached
}

/** How many of a host's addresses the proxy is asked for. */
const ADDRESSES_TRIED_MAX = 4

/**
 * A proxy that opens ways, by CONNECT or SOCKS5, for `http:` targets too: so what is spoken with the target, its TLS included, is spoken
 * end to end, and the proxy need not read of a call more than where it goes.
 */
export class EgressProxy {
  readonly bypasses: Bypass
  readonly #resolves: boolean
  readonly #at: ProxyAddress
  readonly #clock: Clock
  readonly #log: Log | undefined
  readonly #sayOnce: SayOnce
  readonly #resolver: Resolver
  readonly #reached: HostsReached

  constructor({ url, bypass = [], resolves = false }: ProxyOptions, { clock, lookup, log, reached }: ProxyDeps) {
    this.#at = readProxy(url)
    this.bypasses = createBypass(bypass)
    this.#resolves = resolves
    this.#clock = clock
    this.#log = log
    this.#reached = reached
    this.#sayOnce = createSayOnce(clock)
    this.#resolver = new Resolver({ lookup, clock, guard: createAddressGuard(['0.0.0.0/0', '::/0']) })
  }

  /** What stands for a name that the proxy resolves; undefined for one that is resolved here. */
  named(hostname: string): Resolution | undefined {
    if (!this.#isToResolve(hostname)) return undefined
    const fault = internalNameFault(hostname)
    if (fault === undefined) return { kind: 'vetted', addresses: [hostname] }
    return { kind: 'failed', code: 'address_refused', detail: `The host is ${fault}.` }
  }

  /** What is wrong with a name that the proxy would resolve, to follow "is". */
  nameFault(hostname: string): string | undefined {
    return this.#isToResolve(hostname) ? internalNameFault(hostname) : undefined
  }

  #isToResolve(hostname: string): boolean {
    return this.#resolves && isIP(hostname) === 0 && !this.bypasses(hostname, [hostname])
  }

  /** A way to one of the addresses: to what was vetted, since a proxy that resolved the name again could be led elsewhere. */
  async open({ target, addresses, trust, signal, onPhase }: WayRequest): Promise<Way> {
    const { hostname, port } = target
    const { scheme, credentials } = this.#at
    const ask = scheme === 'socks5:' ? askBySocks : askByConnect
    let refusal = ''
    for (const address of ipv4First(addresses).slice(0, ADDRESSES_TRIED_MAX)) {
      onPhase('proxy')
      const socket = await this.#reach(trust, signal)
      onPhase('tunnel')
      try {
        await ask(socket, { address, port, credentials, signal })
        this.#reached.note(hostname, this.#clock.monotonic())
        return { socket, address }
      } catch (error) {
        if (!(error instanceof ProxyError) || !error.mayBeHost) throw error
        refusal = error.message
      }
    }
    throw new ProxyError(this.reachesOthers(hostname) ? 'proxy_no_way' : 'proxy_refused', refusal)
  }

  /**
   * Whether it led to other hosts of late. A proxy that has lost its own way out refuses everybody, with the same statuses as
   * for one host that is down, and no host is to blame for that.
   */
  reachesOthers(hostname: string): boolean {
    return this.#reached.hasOthers(hostname)
  }

  /** Says what it failed at, once a minute for each way to fail. */
  ended(outcome: EgressOutcome): void {
    if (outcome.kind === 'response' || !isTrouble(outcome.code)) return
    const { code, detail } = outcome
    const said = this.#sayOnce.pass(code, { code, detail })
    if (said !== undefined) this.#log?.warn('egress.proxy.failed', said)
  }

  async #reach(trust: () => SecureContext, signal: AbortSignal): Promise<Socket> {
    const { scheme, hostname, port } = this.#at
    const resolution = await this.#resolver.resolve(hostname)
    if (resolution.kind === 'failed') throw new ProxyError('proxy_unreachable', 'Its name could not be resolved.')
    try {
      const socket = await connectTo({ hostname, port, addresses: resolution.addresses }, signal)
      return scheme === 'https:' ? await secured(socket, { hostname, trust, signal }) : socket
    } catch (error) {
      throw signal.aborted ? error : new ProxyError('proxy_unreachable', `The connection ended with ${codeOf(error)}.`, { cause: error })
    }
  }
}

const defaultPorts: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443, 'socks5:': 1080 }

interface ProxyAddress {
  readonly scheme: string
  readonly hostname: string
  readonly port: number
  readonly credentials: ProxyCredentials | undefined
}

/** Throws on what is no URL of a proxy, without showing it. */
export function readProxy(text: string): ProxyAddress {
  const url = URL.parse(text)
  const defaultPort = defaultPorts[url?.protocol ?? '']
  if (url === null || defaultPort === undefined || !['', '/'].includes(url.pathname) || url.search + url.hash !== '')
    throw new Error(NO_PROXY)
  const hostname = url.hostname.startsWith('[') ? url.hostname.slice(1, -1) : url.hostname
  return { scheme: url.protocol, hostname, port: Number(url.port || defaultPort), credentials: credentialsOf(url) }
}

const NO_PROXY = 'the egress proxy is not a URL such as http://proxy.example:3128'

function credentialsOf({ username, password }: URL): ProxyCredentials | undefined {
  if (username + password === '') return undefined
  try {
    return { username: decodeURIComponent(username), password: decodeURIComponent(password) }
  } catch {
    throw new Error(NO_PROXY)
  }
}

/** That the proxy is to blame. */
const isTrouble = (code: FailureCode): boolean => code.startsWith('proxy_') && code !== 'proxy_no_way'

/** Not every proxy has a way to IPv6, and this machine, which may have no way out at all, cannot tell. */
function ipv4First(addresses: readonly string[]): string[] {
  return addresses.toSorted((a, b) => Number(isIP(a) === 6) - Number(isIP(b) === 6))
}

/** The error's code alone: its message names the proxy's address, which is nothing for customers. */
function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'an unknown error'
}
