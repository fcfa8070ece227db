import type { Clock } from '../clock.ts'
import type { Log } from '../log.ts'
import { createSayOnce, type SayOnce } from '../say-once.ts'
import { createAddressGuard } from './address-guard.ts'
import type { FailureFound } from './failure-of.ts'
import type { FailureCode } from './failures.ts'
import { HostsReached } from './hosts-reached.ts'
import type { Bypass } from './proxy-bypass.ts'

/** Nothing came from the host, nor from whoever knows its name. A connection that was refused, and a name that is not there, are answers. */
const unanswered: ReadonlySet<FailureCode> = new Set([
  'dns_failed',
  'dns_timeout',
  'connect_timeout',
  'connect_failed',
  'no_free_connection',
])

const publicGuard = createAddressGuard([])
const isInside: Bypass = (_hostname, addresses) => addresses.some((address) => publicGuard.fault(address) !== undefined)

export interface WaysOutOptions {
  readonly clock: Clock
  readonly log: Log | undefined
  readonly proxy: { readonly bypasses: Bypass } | undefined
  /** The hosts of the internet that were reached. */
  readonly internet: HostsReached
}

/**
 * The two ways that calls take: to the internet, and to networks of the operator's own, which may answer when the internet is gone. Each
 * vouches for itself alone. With a proxy the first is the proxy's, and the second is that of what is reached directly.
 */
export class WaysOut {
  readonly #internet: HostsReached
  readonly #inside: HostsReached
  readonly #leadsInside: Bypass
  readonly #log: Log | undefined
  readonly #sayOnce: SayOnce

  constructor({ clock, log, proxy, internet }: WaysOutOptions) {
    this.#internet = internet
    this.#inside = new HostsReached(clock)
    this.#leadsInside = proxy?.bypasses ?? isInside
    this.#log = log
    this.#sayOnce = createSayOnce(clock)
  }

  /** A name that could not be resolved is taken for one of the internet. */
  to(hostname: string, addresses: readonly string[]): HostsReached {
    return addresses.length > 0 && this.#leadsInside(hostname, addresses) ? this.#inside : this.#internet
  }

  /** Whether it may be we who reach nobody, and not this host that is away. Says so once a minute for each code. */
  mayHaveFailed(hostname: string, addresses: readonly string[], { code, detail, isOurs = false }: FailureFound): boolean {
    if (!isOurs && !(unanswered.has(code) && this.to(hostname, addresses).leavesInDoubt(hostname))) return false
    const said = this.#sayOnce.pass(code, { code, detail })
    if (said !== undefined) this.#log?.warn('egress.reach.lost', said)
    return true
  }
}
