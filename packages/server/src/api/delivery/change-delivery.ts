import { AppError, type DeliveryId, type DeliveryStatus } from '#domain'
import type { ApplicationSnapshot } from '#store'
import { changeOrganisation } from '../change.ts'
import type { ApiDeps } from '../deps.ts'
import type { Call } from '../route.ts'

export type DeliveryCall = Pick<Call, 'actor' | 'ip'> & { readonly application: ApplicationSnapshot }

interface Named {
  readonly id: DeliveryId
  readonly status: DeliveryStatus
}

/** One manual attempt at the tail of its lane; a disabled endpoint refuses (decisions/a-resend-keeps-the-id). */
export async function resend(deps: ApiDeps, call: DeliveryCall, { id, status }: Named): Promise<void> {
  const [done] = await deps.store.resend([id])
  if (done === undefined) throw new AppError('endpoint_disabled')
  await auditDelivery(deps, call, { action: 'delivery.resent', id, before: status, after: 'waiting' })
}

export async function cancelDelivery(deps: ApiDeps, call: DeliveryCall, { id, status }: Named): Promise<void> {
  const [done] = await deps.store.cancelDeliveries([id])
  if (done === undefined) throw new AppError('conflict', { detail: `The delivery is ${status} already.` })
  await auditDelivery(deps, call, { action: 'delivery.cancelled', id, before: status, after: 'cancelled' })
}

/** The engine changes deliveries by itself, so the audit row is written after it: what did not happen is never told. */
function auditDelivery(
  deps: ApiDeps,
  call: DeliveryCall,
  { action, id, before, after }: { action: string; id: DeliveryId; before: DeliveryStatus; after: DeliveryStatus },
): Promise<void> {
  return changeOrganisation(deps, call, async () => ({
    statements: [],
    application: call.application.id,
    action,
    target: id,
    before: { status: before },
    after: { status: after },
    result: undefined,
  }))
}
