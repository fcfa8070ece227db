import type { SessionId } from '#domain'
import { laneStates } from '../../records/lane.ts'
import type { LaneUpdate, Settlement } from '../../port/settlement.ts'
import type { Engine } from '../engine.ts'
import { prepareOperational } from './inserts.ts'

/** What settlements change of their lanes. */
export function prepareSettleLane({ db, lanes }: Engine) {
  const blockLane = db.prepare('update lane set blocked_until = ?, blocked_for = ? where lane = ?')
  const resetTakeovers = db.prepare('update lane set takeovers = 0 where lane = ?')
  return {
    settleLane({ task, cutOff }: Settlement): void {
      const lane = lanes.get(task.lane)
      if (lane === undefined) return
      if (lane.takeovers > 0 && !cutOff) {
        resetTakeovers.run(lane.lane)
        lanes.change(lane, { takeovers: 0 })
      }
      lanes.reckon(lane)
    },
    /** Nothing comes after it before it is tried again. */
    block({ task, next }: Settlement, now: number): void {
      const lane = lanes.get(task.lane)
      if (lane === undefined || next.kind === 'end') return
      const blockedUntil = Math.max(lane.blockedUntil, now + next.waitMs)
      blockLane.run(blockedUntil, task.delivery, task.lane)
      lanes.change(lane, { blockedUntil, blockedFor: task.delivery })
      lanes.reckon(lane)
    },
  }
}

/** What the owner of a lane knows of it is written down, and its endpoint stopped if that is what it means. */
export function prepareUpdateLane(engine: Engine) {
  const { db, lanes, configuration } = engine
  const insertOperational = prepareOperational(engine)
  const update = db.prepare(
    'update lane set failures = ?, circuit_until = ?, blocked_until = ?, blocked_for = ?, takeovers = 0 where lane = ?',
  )
  const stopLane = db.prepare('update lane set state = ? where lane = ?')
  const stopEndpoint = db.prepare(
    `update endpoint set state = ?, updated_at = ? where id = ? and state in ('active', ?) and deleted_at is null`,
  )
  return (session: SessionId, change: LaneUpdate, now: number): void => {
    const lane = lanes.get(change.lane)
    // Only the owner knows a lane: what a former one still says is old.
    if (lane === undefined || lane.owner !== session) return
    const circuitUntil = change.circuitInMs > 0 ? now + change.circuitInMs : 0
    // What is to be tried again keeps the lane waiting, whatever another attempt of it showed.
    const head = lane.blockedFor !== null && lane.blockedUntil > now ? { until: lane.blockedUntil, blockedFor: lane.blockedFor } : null
    const blockedUntil = Math.max(change.blockedInMs > 0 ? now + change.blockedInMs : 0, head?.until ?? 0)
    const blockedFor = head?.blockedFor ?? null
    update.run(change.failures, circuitUntil, blockedUntil, blockedFor, change.lane)
    lanes.change(lane, { failures: change.failures, circuitUntil, blockedUntil, blockedFor, takeovers: 0 })
    const { stop } = change
    // A pause leaves what is disabled alone; disabling also ends a pause.
    if (stop === null || stopEndpoint.run(stop.state, now, change.lane, stop.state === 'disabled' ? 'paused' : 'active').changes === 0)
      return
    const state = laneStates[stop.state]
    stopLane.run(state, change.lane)
    lanes.change(lane, { state })
    configuration.raiseAny(lane.application)
    configuration.audit(stop.audit)
    configuration.changed(lane.application)
    if (stop.operational !== undefined) insertOperational(stop.operational)
  }
}
