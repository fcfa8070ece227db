import { isIP, SocketAddress } from 'node:net'
import type { Clock } from '../clock.ts'
import type { AddressGuard } from './address-guard.ts'
import type { Lookup } from './egress.ts'
import type { FailureCode } from './failures.ts'

/** What a host name stands for: addresses that were all vetted, or why it may not be called. */
export type Resolution =
  | { readonly kind: 'vetted'; readonly addresses: readonly string[] }
  | { readonly kind: 'failed'; readonly code: FailureCode; readonly detail: string }

const FRESH_MS = 5_000
/** A name that resolved is used this long while its next look-up is under way or its name servers are silent. */
const STALE_MS = 60_000
const FAILED_MS = 1_000
const SLOW_MS = 1_000
const TIMEOUT_MS = 5_000
const HOSTS_MAX = 10_000

/**
 * `getaddrinfo` blocks one of libuv's four threads, which file access needs too. So at most three look-ups run; of these at most
 * two for names never resolved before, and one for names whose last look-up was slow: fifty hosts with dead name servers
 * delay neither the disk nor the refresh of the names that work.
 */
const RUNNING_MAX = { quick: 3, unknown: 2, slow: 2 }
const SLOW_RUNNING_MAX = 1

type Pace = keyof typeof RUNNING_MAX
const paces: readonly Pace[] = ['quick', 'unknown', 'slow']

interface Memory {
  resolution: Resolution | undefined
  freshUntil: number
  staleUntil: number
  pace: Pace
  asking: Promise<Resolution> | undefined
}

export interface ResolverDeps {
  readonly lookup: Lookup
  readonly guard: AddressGuard
  readonly clock: Clock
}

/** What host names stand for: remembered for seconds, and asked for anew in queues by how fast a name's servers were. */
export class Resolver {
  readonly #deps: ResolverDeps
  readonly #hosts = new Map<string, Memory>()
  readonly #queues: Readonly<Record<Pace, Set<() => Promise<void>>>> = { quick: new Set(), unknown: new Set(), slow: new Set() }
  #running = 0
  #slowRunning = 0

  constructor(deps: ResolverDeps) {
    this.#deps = deps
  }

  /** Answers at once from what it remembers, else with a promise that always resolves. */
  resolve(hostname: string): Resolution | Promise<Resolution> {
    const now = this.#deps.clock.monotonic()
    const known = this.#hosts.get(hostname)
    if (known?.resolution !== undefined && now < known.freshUntil) return known.resolution
    const memory = known ?? this.#meet(hostname)
    if (now < memory.freshUntil) return memory.resolution!
    // Moved to the end, so that the host asked for longest ago is the one forgotten.
    this.#hosts.delete(hostname)
    this.#hosts.set(hostname, memory)
    memory.asking ??= this.#ask(hostname, memory).finally(() => {
      memory.asking = undefined
    })
    return memory.resolution !== undefined && now < memory.staleUntil ? memory.resolution : memory.asking
  }

  /** An address needs no look-up, now or later. */
  #meet(hostname: string): Memory {
    if (this.#hosts.size >= HOSTS_MAX) this.#hosts.delete(this.#hosts.keys().next().value!)
    const isAddress = isIP(hostname) !== 0
    const memory: Memory = {
      resolution: isAddress ? judge([hostname], this.#deps.guard) : undefined,
      freshUntil: isAddress ? Infinity : 0,
      staleUntil: 0,
      pace: 'unknown',
      asking: undefined,
    }
    this.#hosts.set(hostname, memory)
    return memory
  }

  /** One look-up with its place in the queue and its time limit. The thread stays taken until the look-up itself ends. */
  #ask(hostname: string, memory: Memory): Promise<Resolution> {
    const { lookup, guard, clock } = this.#deps
    const { promise, resolve } = Promise.withResolvers<Resolution>()
    const pace = memory.pace
    const queue = this.#queues[pace]
    let startedAt: number | undefined
    let done = false
    const finish = (resolution: Resolution) => {
      if (done) return
      done = true
      timer.cancel()
      queue.delete(start)
      const now = clock.monotonic()
      if (startedAt !== undefined) memory.pace = now - startedAt > SLOW_MS ? 'slow' : resolution.kind === 'vetted' ? 'quick' : 'unknown'
      remember(memory, resolution, now)
      resolve(memory.resolution!)
    }
    const start = async () => {
      startedAt = clock.monotonic()
      this.#running++
      if (pace === 'slow') this.#slowRunning++
      const resolution = await lookup(hostname).then((addresses) => judge(addresses, guard), lookupFailure)
      this.#running--
      if (pace === 'slow') this.#slowRunning--
      finish(resolution)
      this.#next()
    }
    const timer = clock.after(TIMEOUT_MS, () =>
      finish({ kind: 'failed', code: 'dns_timeout', detail: `No answer within ${TIMEOUT_MS} ms.` }),
    )
    queue.add(start)
    this.#next()
    return promise
  }

  #next(): void {
    for (const pace of paces) {
      for (const start of this.#queues[pace]) {
        if (this.#running >= RUNNING_MAX[pace] || (pace === 'slow' && this.#slowRunning >= SLOW_RUNNING_MAX)) break
        this.#queues[pace].delete(start)
        void start()
      }
    }
  }
}

/** A refusal or a name that is gone replaces what was known at once; silence of the name servers does not, while that is usable. */
function remember(memory: Memory, resolution: Resolution, now: number): void {
  const silent = resolution.kind === 'failed' && (resolution.code === 'dns_timeout' || resolution.code === 'dns_failed')
  memory.freshUntil = now + (resolution.kind === 'vetted' || !silent ? FRESH_MS : FAILED_MS)
  if (silent && memory.resolution?.kind === 'vetted' && now < memory.staleUntil) return
  memory.resolution = resolution
  memory.staleUntil = resolution.kind === 'vetted' ? now + STALE_MS : 0
}

/** One bad address spoils the whole answer: a name that points inside as well as outside is an attack or a mistake. */
function judge(addresses: readonly string[], guard: AddressGuard): Resolution {
  for (const address of addresses) {
    const fault = guard.fault(address)
    // The address itself is not shown, so that nobody can read an internal DNS through it.
    if (fault !== undefined) return { kind: 'failed', code: 'address_refused', detail: `The host is or resolves to ${fault}.` }
  }
  if (addresses.length === 0) return { kind: 'failed', code: 'dns_not_found', detail: 'The name has no address.' }
  return { kind: 'vetted', addresses: addresses.map(canonical) }
}

/** Spelled as a socket spells its remote address, so that both can be compared. */
function canonical(address: string): string {
  return new SocketAddress({ address, family: isIP(address) === 6 ? 'ipv6' : 'ipv4' }).address
}

function lookupFailure(error: unknown): Resolution {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code === 'ENOTFOUND' || code === 'ENODATA') return { kind: 'failed', code: 'dns_not_found', detail: 'The name is not known to DNS.' }
  if (code === 'ETIMEOUT' || code === 'ETIMEDOUT')
    return { kind: 'failed', code: 'dns_timeout', detail: 'The name servers did not answer in time.' }
  return { kind: 'failed', code: 'dns_failed', detail: `The look-up ended with ${code || 'an unknown error'}.` }
}
