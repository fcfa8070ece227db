import type { deliveryOperations } from '@posthorn/contract'
import { AppError, type DeliveryId, type DeliveryStatus } from '#domain'
import type { ApplicationSnapshot } from '#store'
import { changeOrganisation } from '../change.ts'
import type { ApiDeps } from '../deps.ts'
import { isInPortal } from '../portal/of-portal.ts'
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

/** Of one commit. */
const CANCEL_CHUNK = 250

/** Ends those that wait, of the ones that the caller may see. The audit log has which they were. */
export async function cancelDeliveries(deps: ApiDeps, call: Call<typeof deliveryOperations.cancelMany>): Promise<Answer> {
  const { application, actor } = call
  const named = new Set(call.body.deliveryIds)
  const heads = await deps.store.logs.deliveries.heads([...named], deps.clock.now())
  const own = heads.filter(({ application_id, step_id }) => application_id === application.id && (step_id === null || !isInPortal(actor)))
  const ended: DeliveryId[] = []
  for (let at = 0; at < own.length; at += CANCEL_CHUNK)
    ended.push(...(await deps.store.cancelDeliveries(own.slice(at, at + CANCEL_CHUNK).map(({ id }) => id as DeliveryId))))
  if (ended.length > 0)
    await changeOrganisation(deps, call, async () => ({
      ...{ statements: [], application: application.id, action: 'delivery.cancelled_many', target: application.id },
      ...{ after: { deliveryIds: ended }, result: undefined },
    }))
  return { status: 200, body: { cancelled: ended.length, skipped: named.size - ended.length } }
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
