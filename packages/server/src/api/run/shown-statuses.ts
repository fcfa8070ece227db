import type { StepOut } from '@posthorn/contract'
import type { StepRecord } from '#flows'
import type { DeliveryHead, StoredRun } from '#store'
import type { ApiDeps } from '../deps.ts'
import type { KeptStep } from './kept-steps.ts'

type Standing = Pick<StepOut, 'status'> & Partial<Pick<StepOut, 'code' | 'waitsUntil'>>

/**
 * As a step is shown whose record says `RUN`: what becomes of it stands with its run and its delivery, which go on without the record. Of
 * one that is tried again also why, in the code that it would be KO with, and when.
 */
export async function shownStatuses(
  { store, clock }: Pick<ApiDeps, 'store' | 'clock'>,
  run: Pick<StoredRun, 'finished_at'>,
  steps: readonly KeptStep[],
): Promise<(record: StepRecord) => Standing> {
  const open = steps.filter(({ record }) => record.status === 'RUN')
  if (open.length === 0) return ({ status }) => ({ status })
  if (run.finished_at !== null) return ({ status }) => ({ status: status === 'RUN' ? 'CANCEL' : status })
  const made = open.flatMap(({ record }) => record.made ?? [])
  const heads = made.length === 0 ? [] : await store.logs.deliveries.heads(made, clock.now())
  const shown = new Map(heads.map((head) => [head.id, ofDelivery(head)]))
  return ({ status, made: id }) => (status === 'RUN' && shown.get(id ?? '')) || { status }
}

/** `ERR`: it went wrong, and is tried again. `QUEUED`: its turn has not come. */
function ofDelivery({ status, attempts, last_failure: code, next_at: next }: DeliveryHead): Standing {
  if (status !== 'waiting' && status !== 'throttled' && status !== 'held') return { status: 'RUN' }
  if (attempts === 0) return { status: 'QUEUED' }
  return { status: 'ERR', code, waitsUntil: next === null ? null : new Date(next).toISOString() }
}
