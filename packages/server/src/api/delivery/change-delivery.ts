import type { deliveryOperations } from '@posthorn/contract'
import { AppError, terminalDeliveryStatuses, type DeliveryId, type DeliveryStatus } from '#domain'
import type { Alongside, ApplicationSnapshot } from '#store'
import { cancelInPieces } from '../call/cancel-in-pieces.ts'
import { alongsideOf, carriedOutBy } from '../change.ts'
import type { ApiDeps } from '../deps.ts'
import { isInPortal } from '../portal/of-portal.ts'
import type { Answer, Call } from '../route.ts'
import { deliveryJson } from './delivery-json.ts'
import { existingDelivery } from './read-delivery.ts'

type DeliveryCall = Pick<Call, 'actor' | 'ip' | 'carriedOut'> & { readonly application: ApplicationSnapshot }

interface Named {
  readonly id: string
  readonly status: DeliveryStatus
}

export async function cancelDelivery(deps: ApiDeps, call: Call<typeof deliveryOperations.cancel>): Promise<Answer> {
  const before = await existingDelivery(deps, call)
  const id = before.id as DeliveryId
  const [done] = await deps.store.cancelDeliveries([id], null, alongside(deps, call, before, ['delivery.cancelled', 'cancelled']))
  const after = await existingDelivery(deps, call)
  if (done === undefined) throw new AppError('conflict', { detail: `The delivery is ${after.status} already.` })
  return { status: 200, body: deliveryJson(after, deps.vault) }
}

/** Of one commit. */
const CANCEL_CHUNK = 250

/** Ends those that wait, of the ones that the caller may see. The audit log has which they were. */
export async function cancelDeliveries(deps: ApiDeps, call: Call<typeof deliveryOperations.cancelMany>): Promise<Answer> {
  const { application, actor } = call
  const named = new Set(call.body.deliveryIds)
  const heads = await deps.store.logs.deliveries.heads([...named], deps.clock.now())
  const own = heads.filter(({ application_id, step_id }) => application_id === application.id && (step_id === null || !isInPortal(actor)))
  const ids = own.filter(({ status }) => !terminalDeliveryStatuses.includes(status)).map(({ id }) => id as DeliveryId)
  const cancelled = await cancelInPieces(deps, call, {
    ...{ ids, most: CANCEL_CHUNK, action: 'delivery.cancelled_many', after: { deliveryIds: ids } },
    cancel: (piece, row) => deps.store.cancelDeliveries(piece, null, row),
  })
  return { status: 200, body: { cancelled, skipped: named.size - cancelled } }
}

export async function resendDelivery(deps: ApiDeps, call: Call<typeof deliveryOperations.resend>): Promise<Answer> {
  await resend(deps, call, await existingDelivery(deps, call))
  return { status: 202, body: deliveryJson(await existingDelivery(deps, call), deps.vault) }
}

/** One manual attempt at the tail of its lane; a disabled endpoint refuses (decisions/a-resend-keeps-the-id). */
export async function resend(deps: ApiDeps, call: DeliveryCall, before: Named): Promise<void> {
  const [done] = await deps.store.resend([before.id as DeliveryId], alongside(deps, call, before, ['delivery.resent', 'waiting']))
  if (done === undefined) throw new AppError('endpoint_disabled')
}

function alongside(deps: ApiDeps, call: DeliveryCall, before: Named, [action, status]: readonly [string, DeliveryStatus]): Alongside {
  const { id: target } = before
  const statements = carriedOutBy(call)
  return alongsideOf(deps, call, { action, target, before: { status: before.status }, after: { status }, statements })
}
