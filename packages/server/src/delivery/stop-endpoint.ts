import type { DeliveryId, Ids } from '#domain'
import type { Clock, Log } from '#platform'
import type { EndpointStop } from '#store'
import type { HeldLane } from './lanes/held-lane.ts'
import type { OperationalEvents } from './operational-events.ts'

export interface Stop {
  readonly state: EndpointStop['state']
  readonly reason: string
  readonly delivery?: DeliveryId
  /** When the attempt began that was one too many. */
  readonly at: number
}

export interface StopOptions {
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Pick<Log, 'warn'>
  readonly operationalEvents: Pick<OperationalEvents, 'ofStop'>
}

/** Nothing of the lane starts any more from here on, and the commit of what was learnt here pauses or disables the endpoint. */
export async function stopEndpoint(
  lane: HeldLane,
  { state, at, ...why }: Stop,
  { clock, ids, log, operationalEvents }: StopOptions,
): Promise<void> {
  lane.hold(Infinity)
  log.warn(state === 'paused' ? 'delivery.endpoint.paused' : 'delivery.endpoint.disabled', { endpoint: lane.lane, ...why })
  const audit = {
    id: ids.make('aud'),
    at: clock.now(),
    application: lane.application,
    actor: 'system',
    action: `endpoint.${state}`,
    target: lane.lane,
    before: null,
    after: JSON.stringify({ state, ...why }),
    ip: null,
  }
  const operational = await operationalEvents.ofStop(lane, state, at)
  lane.stop({ state, reason: why.reason, audit, ...(operational.length > 0 && { operational }) })
}
