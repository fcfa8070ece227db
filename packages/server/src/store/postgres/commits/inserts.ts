import type { ApplicationId, RunId, SessionId } from '#domain'
import type { Lane, LaneId, Task } from '../../port/lanes.ts'
import type { NewDelivery, NewMessage } from '../../port/new-work.ts'
import type { EncodeRows } from '../connection/encode-rows.ts'
import type { Hints } from '../connection/hints.ts'
import { rowTypes } from '../connection/row-type.ts'

/** Collects messages and deliveries of a batch as `posthorn.insert_messages` takes them, and says afterwards which tasks may be sent at once. */
export interface Inserts {
  message(op: number, message: NewMessage): void
  step(op: number, delivery: NewDelivery, origin: { readonly application: ApplicationId; readonly run: RunId }): void
  /** Parameters: messages, deliveries, skips, lanes. */
  readonly parameters: readonly unknown[]
  result(
    inserted: Inserted | null,
    now: number,
    kept: (op: number) => boolean,
  ): { readonly lanes: readonly Lane[]; readonly tasks: readonly Task[] }
}

/** What `posthorn.insert_messages` returns. */
export interface Inserted {
  readonly taken: readonly LaneTuple[] | null
  readonly owned: readonly LaneId[] | null
  /**
   * Lanes with new work that other sessions own: they look for it once a second, or when they get a hint. Of a session that takes no lanes
   * also those of nobody (null), which others claim.
   */
  readonly others: readonly (readonly [owner: SessionId | null, lane: LaneId])[] | null
}

export type LaneTuple = readonly [
  lane: LaneId,
  application: ApplicationId,
  epoch: number,
  failures: number,
  circuitUntil: number,
  blockedUntil: number,
  takeovers: number,
]

export function laneOf([lane, application, epoch, failures, circuitUntil, blockedUntil, takeovers]: LaneTuple): Lane {
  return { lane, application, epoch, failures, circuitUntil, blockedUntil, takeovers }
}

/** A lane that has much new work is named once. */
export function notifyOthers(inserted: Inserted | null, send: Hints['send']): void {
  for (const [owner, lane] of inserted?.others ?? []) send(owner, { lanes: [lane] })
}

interface Row {
  readonly op: number
}

export function collectInserts(encode: EncodeRows): Inserts {
  const messages: Row[] = []
  const deliveries: (Row & { readonly id: NewDelivery['id']; readonly lane: LaneId })[] = []
  const skips: Row[] = []
  const lanes = new Set<LaneId>()

  const deliver = (
    op: number,
    delivery: NewDelivery,
    origin: { application_id: string; message_id: string | null; run_id: string | null },
  ): void => {
    lanes.add(delivery.lane)
    deliveries.push({ op, ...delivery, ...origin })
  }

  return {
    message(op, { deliveries: inserted, skipped, ...row }) {
      messages.push({ op, ...row } as Row)
      const origin = { application_id: row.application_id, message_id: row.id, run_id: null }
      for (const delivery of inserted) deliver(op, delivery, origin)
      for (const lane of skipped) skips.push({ op, lane } as Row)
    },
    step(op, delivery, { application, run }) {
      deliver(op, delivery, { application_id: application, message_id: null, run_id: run })
    },
    get parameters() {
      return [
        encode(rowTypes.message, messages),
        encode(rowTypes.delivery, deliveries),
        encode(rowTypes.skip, skips),
        lanes.size === 0 ? null : [...lanes],
      ]
    },
    result(inserted, now, kept) {
      const owned = new Set(inserted?.owned)
      const tasks: Task[] = []
      if (owned.size > 0) {
        for (const { op, id, lane } of deliveries) {
          if (owned.has(lane) && kept(op)) tasks.push({ lane, due: now, delivery: id, manual: false })
        }
      }
      return { lanes: (inserted?.taken ?? []).map(laneOf), tasks }
    },
  }
}
