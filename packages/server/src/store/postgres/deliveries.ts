import type { DeliveryId, RunId } from '#domain'
import { named } from './functions/install.ts'
import type { Run } from './connection/pool.ts'

export async function cancelRuns(run: Run, ids: readonly RunId[]): Promise<RunId[]> {
  if (ids.length === 0) return []
  const { rows } = await run({ text: named('select posthorn.cancel_runs($1) as ids'), values: [ids] })
  return rows[0]!.ids as RunId[]
}

export async function cancelDeliveries(run: Run, ids: readonly DeliveryId[], wake: string | null): Promise<DeliveryId[]> {
  if (ids.length === 0) return []
  const { rows } = await run({ text: named('select posthorn.cancel_deliveries($1, true, $2) as ids'), values: [ids, wake] })
  return rows[0]!.ids as DeliveryId[]
}

export async function resend(run: Run, ids: readonly DeliveryId[]): Promise<DeliveryId[]> {
  if (ids.length === 0) return []
  const { rows } = await run({ text: named('select posthorn.resend($1) as ids'), values: [ids] })
  return rows[0]!.ids as DeliveryId[]
}
