import type { deliveryOperations } from '@posthorn/contract'
import { AppError, type DeliveryId, type DeliveryStatus } from '#domain'
import type { ApplicationSnapshot } from '#store'
import { changeOrganisation } from '../change.ts'
import type { ApiDeps } from '../deps.ts'
import type { Answer, Call } from '../route.ts'
import { deliveryJson } from './delivery-json.ts'
import { existingDelivery } from './read-delivery.ts'

type DeliveryCall = Pick<Call, 'actor' | 'ip'> & { readonly application: ApplicationSnapshot }

interface Named {
  readonly id: string
  readonly status: DeliveryStatus
}

export async function cancelDelivery(deps: ApiDeps, call: Call<typeof deliveryOperations.cancel>): Promise<Answer> {
  const { id, status } = await existingDelivery(deps, call)
  const [done] = await deps.store.cancelDeliveries([id as DeliveryId])
  if (done === undefined) throw new AppError('conflict', { detail: `The delivery is ${status} already.` })
  await auditDelivery(deps, call, { action: 'delivery.cancelled', id, before: status, after: 'cancelled' })
  return { status: 200, body: deliveryJson(await existingDelivery(deps, call), deps.vault) }
}

export async function resendDelivery(deps: ApiDeps, call: Call<typeof deliveryOperations.resend>): Promise<Answer> {
  await resend(deps, call, await existingDelivery(deps, call))
  return { status: 202, body: deliveryJson(await existingDelivery(deps, call), deps.vault) }
}

/** One manual attempt at the tail of its lane; a disabled endpoint refuses (decisions/a-resend-keeps-the-id). */
export async function resend(deps: ApiDeps, call: DeliveryCall, { id, status }: Named): Promise<void> {
  const [done] = await deps.store.resend([id as DeliveryId])
  if (done === undefined) throw new AppError('endpoint_disabled')
  await auditDelivery(deps, call, { action: 'delivery.resent', id, before: status, after: 'waiting' })
}

/** The engine changes deliveries by itself, so the audit row is written after it: what did not happen is never written. */
function auditDelivery(
  deps: ApiDeps,
  call: DeliveryCall,
  { action, id, before, after }: { action: string; id: string; before: DeliveryStatus; after: DeliveryStatus },
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
