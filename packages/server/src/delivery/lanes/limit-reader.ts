import type { ConfigCache } from '#coordination'
import type { HeldLane } from './held-lane.ts'
import { limitsOf, noLimits, unknownLimits, type LaneLimits } from './lane-limits.ts'

/** Keeps what lanes know of their limits up to date, at the price of comparing two numbers for each start. */
export interface LimitReader {
  /** False: not known yet; `onKnown` is called when they are. Otherwise the lane's `limits` are the present ones. */
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
