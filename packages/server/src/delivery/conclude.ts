import type { TracedSettlement, Traces } from '#coordination'
import { passedOn, type Ids } from '#domain'
import type { Clock, Log } from '#platform'
import type { LoadedDelivery, Settlement } from '#store'
import type { Settling } from './deliver.ts'
import type { HeldLane } from './lanes/held-lane.ts'
import type { Settle } from './settle.ts'
import { defective } from './settlements.ts'
import { stopEndpoint } from './stop-endpoint.ts'
import type { OperationalEvents } from './operational-events.ts'
import type { Target } from './target.ts'

/** What became of a task that was started. */
export type TaskEnd =
  /** Nothing was settled. If the task is still in the store, the next look finds it there. */
  | { readonly kind: 'unsettled' }
  /** The store has it no more. */
  | { readonly kind: 'ended' }
  /** `keptPlace`: in an ordered lane it keeps its key, and nothing of the lane starts before. */
  | { readonly kind: 'again'; readonly inMs: number; readonly keptPlace: boolean }

export const unsettled: TaskEnd = { kind: 'unsettled' }
const ended: TaskEnd = { kind: 'ended' }

/** Keeps what was concluded, in one commit, with what the operator is notified of. Never rejects. */
export type Conclude = (lane: HeldLane, settling: Settling) => Promise<TaskEnd>

export interface ConcludeOptions {
  readonly settle: Settle
  readonly operationalEvents: OperationalEvents
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Pick<Log, 'info' | 'warn' | 'error'>
  readonly traces?: Traces | undefined
}

export function createConclude(options: ConcludeOptions): Conclude {
  const { settle, operationalEvents, clock, log, traces } = options
  const conclude: Conclude = async (lane, settling) => {
    const { settlement, loaded, stop } = settling
    const { task, next } = settlement
    try {
      if (stop !== undefined) await stopEndpoint(lane, stop, options)
      const failed = next.kind === 'end' && next.status === 'failed'
      if (failed) log.info('delivery.delivery.failed', { delivery: task.delivery, failure: next.failure })
      const pauses = failed && !task.manual && lane.limits.pausesOnFailure
      if (pauses)
        await stopEndpoint(lane, { state: 'paused', reason: 'delivery_failed', delivery: task.delivery, at: clock.now() }, options)
      const whole = loaded === undefined ? settlement : await withOperational(settlement, loaded, operationalEvents)
      const result = await settle(lane, whole, settling.changesLane || pauses)
      if (!result?.settled) return unsettled
      if (traces !== undefined && loaded !== undefined) traces.settlement(tracedOf(whole, loaded, settling.target))
      // We lived through one.
      if (settlement.attempt !== null && !settlement.cutOff) lane.isSuspicious = false
      return next.kind === 'end' ? ended : { kind: 'again', inMs: next.waitMs, keptPlace: result.keptPlace === true }
    } catch (error) {
      if (settling.kind === 'unsent') {
        log.warn('delivery.load.failed', { error, delivery: task.delivery })
        return unsettled
      }
      // The receiver has had it: it ends here, and is not sent anew.
      log.error('delivery.attempt.broke', { error, delivery: task.delivery })
      return conclude(lane, {
        kind: 'unsent',
        settlement: defective(task),
        loaded,
        target: settling.target,
        changesLane: false,
        stop: undefined,
      })
    }
  }
  return conclude
}

function withOperational(
  settlement: Settlement,
  loaded: LoadedDelivery,
  operationalEvents: OperationalEvents,
): Settlement | Promise<Settlement> {
  const found = operationalEvents.ofSettlement(settlement, loaded)
  if (found instanceof Promise) return found.then((operational) => (operational.length === 0 ? settlement : { ...settlement, operational }))
  return found.length === 0 ? settlement : { ...settlement, operational: found }
}

/** Where it was to be sent may never have been found out; then an endpoint's row says what it was told, and a step's is sealed. */
function tracedOf(settlement: Settlement, { delivery }: LoadedDelivery, target: Target | undefined): TracedSettlement {
  const told = target !== undefined ? target.trace : delivery.endpoint_id === null ? null : passedOn(delivery).trace
  return { settlement, delivery, told, method: target?.method ?? 'POST' }
}
