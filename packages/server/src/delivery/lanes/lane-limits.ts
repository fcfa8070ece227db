import { derive, type ConfigCache } from '#coordination'
import { attemptTimeoutMs } from '#domain'
import type { ApplicationSnapshot, EndpointSnapshot } from '#store'
import type { HeldLane } from './held-lane.ts'

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
const unknownLimits: LaneLimits = { ...noLimits, ordered: true }

export const endpointsById = derive((snapshot) => new Map(snapshot.endpoints.map((endpoint) => [endpoint.id, endpoint])))

const made = derive(() => new Map<string, LaneLimits>())

function limitsOf(snapshot: ApplicationSnapshot, id: string): LaneLimits | undefined {
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

/** Keeps what lanes know of their limits up to date, at the price of comparing two numbers for each start. */
export interface LimitReader {
  /** False: not known yet; `onKnown` tells when they are. Otherwise the lane's `limits` are the present ones. */
  know(lane: HeldLane): boolean
}

export interface LimitReaderOptions {
  readonly config: Pick<ConfigCache, 'peek' | 'application' | 'refresh' | 'revision'>
  /** The limits of this lane are others than before. */
  readonly onChange: (lane: HeldLane, before: LaneLimits) => void
  /** The limits of these lanes have become known. */
  readonly onKnown: (lanes: Iterable<HeldLane>) => void
}

export function createLimitReader({ config, onChange, onKnown }: LimitReaderOptions): LimitReader {
  const loading = new Map<string, Set<HeldLane>>()

  const set = (lane: HeldLane, limits: LaneLimits): void => {
    const before = lane.limits
    if (before === limits) return
    lane.limits = limits
    onChange(lane, before)
  }

  /** An endpoint that the newest configuration does not have is gone, and its deliveries are about to be cancelled: nothing limits that. */
  const load = async (application: HeldLane['application'], isOutdated: boolean): Promise<void> => {
    // What cannot be loaded now is asked for again with the next look at the lane.
    const load = isOutdated ? config.refresh(application) : config.application(application)
    const snapshot = await load.catch(() => null)
    const lanes = loading.get(application)!
    loading.delete(application)
    if (snapshot === null) return
    for (const lane of lanes) {
      lane.limitsAt = config.revision()
      set(lane, (snapshot && limitsOf(snapshot, lane.lane)) ?? noLimits)
    }
    onKnown(lanes)
  }

  return {
    know(lane) {
      const revision = config.revision()
      if (lane.limitsAt === revision || lane.isStep) return true
      const snapshot = config.peek(lane.application)
      const limits = snapshot && limitsOf(snapshot, lane.lane)
      if (limits !== undefined) {
        lane.limitsAt = revision
        set(lane, limits)
        return true
      }
      if (lane.limitsAt < 0) set(lane, unknownLimits)
      const waiting = loading.get(lane.application)
      if (waiting !== undefined) waiting.add(lane)
      else {
        loading.set(lane.application, new Set([lane]))
        void load(lane.application, snapshot !== undefined)
      }
      return false
    },
  }
}
