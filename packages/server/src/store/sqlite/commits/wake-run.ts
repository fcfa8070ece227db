import type { ApplicationId, DeliveryId, RunId } from '#domain'
import { EACH, wakeLine } from '../../port/run-commit.ts'
import type { HeldRun } from '../../port/runs.ts'
import type { Engine } from '../engine.ts'

export type WakeRun = (ended: {
  readonly delivery: DeliveryId
  readonly wake: string | null
  readonly holder: string
}) => HeldRun | undefined

interface Woken {
  id: string
  rev: number
  application_id: string
}

/** Tells its run that a delivery has ended. Undefined: nobody waited for it, or the run is under way and hears of it when it commits. */
export function prepareWakeRun({ db }: Pick<Engine, 'db'>): WakeRun {
  const ofDelivery = 'id = (select run_id from delivery where id = ?)'
  const one = db.prepare<unknown[], Woken>(
    `update run set status = 'queued', wake = ?, holder = ?, rev = rev + 1, parked_on = null, due_at = null
     where ${ofDelivery} and parked_on = ? returning id, rev, application_id`,
  )
  const add = db.prepare<unknown[], { id: string; status: string }>(
    `update run set wake = coalesce(wake, '') || ? where ${ofDelivery} and parked_on = '${EACH}' returning id, status`,
  )
  const queue = db.prepare<unknown[], Woken>(
    `update run set status = 'queued', holder = ?, rev = rev + 1, due_at = null where id = ? returning id, rev, application_id`,
  )
  const woken = ({ delivery, wake, holder }: Parameters<WakeRun>[0]): Woken | undefined => {
    const row = one.get(wake, holder, delivery, delivery)
    if (row !== undefined) return row
    const told = add.get(wakeLine(delivery, wake), delivery)
    return told?.status === 'waiting' ? queue.get(holder, told.id) : undefined
  }
  return (ended) => {
    const row = woken(ended)
    return row && { run: row.id as RunId, application: row.application_id as ApplicationId, rev: row.rev }
  }
}
