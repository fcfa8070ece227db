import type { DeliveryStatus, StepStatus } from '#domain'
import type { StepRecord } from '#flows'
import type { StoredRun } from '#store'
import type { ApiDeps } from '../deps.ts'
import type { KeptStep } from './kept-steps.ts'

type StatusOf = (record: StepRecord) => StepStatus

/** As a step is shown whose record says `RUN`: what becomes of it stands with its run and its delivery, which go on without the record. */
export async function shownStatuses(
  { store, clock }: Pick<ApiDeps, 'store' | 'clock'>,
  run: Pick<StoredRun, 'finished_at'>,
  steps: readonly KeptStep[],
): Promise<StatusOf> {
  const open = steps.filter(({ record }) => record.status === 'RUN')
  if (open.length === 0) return ({ status }) => status
  if (run.finished_at !== null) return ({ status }) => (status === 'RUN' ? 'CANCEL' : status)
  const made = open.flatMap(({ record }) => record.made ?? [])
  const heads = made.length === 0 ? [] : await store.logs.deliveries.heads(made, clock.now())
  const shown = new Map(heads.map(({ id, status, attempts }) => [id, ofDelivery(status, attempts)]))
  return ({ status, made: id }) => (status === 'RUN' ? (shown.get(id ?? '') ?? 'RUN') : status)
}

/** `ERR`: it went wrong, and is tried again. `QUEUED`: its turn has not come. */
function ofDelivery(status: DeliveryStatus, attempts: number): StepStatus {
  if (status !== 'waiting' && status !== 'throttled' && status !== 'held') return 'RUN'
  return attempts === 0 ? 'QUEUED' : 'ERR'
}
