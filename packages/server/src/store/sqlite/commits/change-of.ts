import type { DeliveryStatus } from '#domain'
import { lastFailure } from '../../last-failure.ts'
import type { Task } from '../../port/lanes.ts'
import type { Settlement } from '../../port/settlement.ts'
import type { Engine } from '../engine.ts'
import { prepareManualTasks } from '../lanes/manual-tasks.ts'

/** What a settlement makes of its delivery's row. */
export interface Change {
  readonly status: DeliveryStatus
  readonly ended: boolean
  readonly nextAt: number | null
  readonly retried: boolean
  readonly retryInSeen: boolean
  /** Undefined: as it was. */
  readonly failure: string | null | undefined
  /** In an ordered lane it is due as before, and the lane waits. */
  readonly keptPlace?: true
}

/**
 * Takes a settled task away and puts in its place what comes after it. Undefined: it was not there any more, and nothing changed.
 */
export function prepareChangeOf({ db, lanes }: Engine): (settlement: Settlement, now: number) => Change | undefined {
  // A time from JavaScript arrives as REAL, and the key is then not sought by it: 14 us against 4 with the cast.
  const removeTask = db.prepare('delete from task where lane = ? and due = cast(? as integer) and delivery = ? and manual = ?')
  const insertTask = db.prepare('insert or ignore into task (lane, due, delivery, manual) values (?, ?, ?, 0)')
  const manualTasks = prepareManualTasks(db)
  const hasTask = db.prepare('select 1 from task where lane = ? and due = cast(? as integer) and delivery = ? and manual = 0')
  const nextAtOf = db.prepare<[string], number | null>('select next_at from delivery where id = ?').pluck()

  const placeOf = (task: Task, due: number): { readonly due: number; readonly keptPlace?: true } =>
    lanes.get(task.lane)?.ordered ? { due: task.due, keptPlace: true } : { due }

  const afterScheduled = (settlement: Settlement, now: number): Change => {
    const { task, next } = settlement
    const failure = lastFailure(settlement)
    if (next.kind === 'end') {
      return { status: next.status, ended: true, nextAt: null, retried: false, retryInSeen: false, failure }
    }
    const { due, ...kept } = placeOf(task, now + next.waitMs)
    insertTask.run(task.lane, due, task.delivery)
    if (next.kind === 'wait')
      return { status: next.status, ended: false, nextAt: due, retried: false, retryInSeen: false, failure, ...kept }
    return { status: 'waiting', ended: false, nextAt: due, retried: true, retryInSeen: next.retryInSeen, failure, ...kept }
  }

  /** A manual attempt that does not deliver leaves the schedule alone. */
  const afterManual = (settlement: Settlement, now: number): Change => {
    const { task, next } = settlement
    const nextAt = nextAtOf.get(task.delivery) ?? null
    const scheduled = nextAt !== null && hasTask.get(task.lane, nextAt, task.delivery) !== undefined
    if (next.kind === 'end') {
      if (next.status === 'delivered') {
        if (scheduled) removeTask.run(task.lane, nextAt, task.delivery, 0)
      } else if (scheduled) {
        return { ...afterScheduled(settlement, now), status: 'waiting', ended: false, nextAt }
      }
      return afterScheduled(settlement, now)
    }
    const { due, ...kept } = placeOf(task, now + next.waitMs)
    manualTasks.insert(task.lane, due, task.delivery)
    const retried = next.kind === 'retry'
    const status = next.kind === 'wait' ? next.status : 'waiting'
    return {
      status,
      ended: false,
      nextAt,
      retried,
      retryInSeen: retried && next.retryInSeen,
      failure: lastFailure(settlement),
      ...kept,
    }
  }

  return (settlement, now) => {
    const { task } = settlement
    if (removeTask.run(task.lane, task.due, task.delivery, task.manual ? 1 : 0).changes === 0) return undefined
    if (!task.manual) return afterScheduled(settlement, now)
    manualTasks.forget(task.due, task.delivery)
    return afterManual(settlement, now)
  }
}
