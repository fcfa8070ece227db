import { derive } from '#coordination'
import { attemptTimeoutMs } from '#domain'
import type { ApplicationSnapshot, EndpointSnapshot } from '#store'

/** What an endpoint, or its application, allows at most; read from the configuration as it is now. */
export interface LaneLimits {
  /** Messages a second. */
  readonly throttleRate: number | null
  /** Messages a second of the whole application, its endpoints together. */
  readonly applicationRate: number | null
  /** Requests under way at the same time. */
  readonly concurrency: number | null
  /** One after the other, in the order in which they were accepted. */
  readonly ordered: boolean
  /** A delivery of an ordered lane that failed for good pauses the endpoint. */
  readonly pausesOnFailure: boolean
  /** A request may be at work in the receiver for so long after its sender died. */
  readonly timeoutMs: number
}

/** Also those of a step's lane: nobody limits it, and no application's rate counts it. */
export const noLimits: LaneLimits = {
  throttleRate: null,
  applicationRate: null,
  concurrency: null,
  ordered: false,
  pausesOnFailure: false,
  timeoutMs: 0,
}

/** Until the configuration is at hand. It might be ordered, so nothing that was just created may be taken for the next one. */
export const unknownLimits: LaneLimits = { ...noLimits, ordered: true }

export const endpointsById = derive((snapshot) => new Map(snapshot.endpoints.map((endpoint) => [endpoint.id, endpoint])))

const made = derive(() => new Map<string, LaneLimits>())

export function limitsOf(snapshot: ApplicationSnapshot, id: string): LaneLimits | undefined {
  const known = made(snapshot).get(id)
  if (known !== undefined) return known
  const endpoint = endpointsById(snapshot).get(id)
  if (endpoint === undefined) return undefined
  const limits = limitsFrom(endpoint, snapshot)
  made(snapshot).set(id, limits)
  return limits
}

function limitsFrom(endpoint: EndpointSnapshot, snapshot: ApplicationSnapshot): LaneLimits {
  const { throttle_rate: throttleRate, concurrency, ordered, on_exhausted: onExhausted, timeout_ms: timeoutMs } = endpoint
  const applicationRate = snapshot.row.throttle_rate
  if (throttleRate === null && applicationRate === null && concurrency === null && ordered === 0) return noLimits
  return {
    throttleRate,
    applicationRate,
    concurrency,
    ordered: ordered === 1,
    pausesOnFailure: ordered === 1 && onExhausted === 'pause',
    timeoutMs: attemptTimeoutMs(snapshot.plan, timeoutMs),
  }
}
