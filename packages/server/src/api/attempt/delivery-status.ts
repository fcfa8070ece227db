import type { DeliveryStatus } from '#domain'
import type { StoredDelivery } from '#store'

export const statusTexts = ['success', 'pending', 'fail', 'sending'] as const

/** Of a delivery, on Svix's numbers (decisions/statuses). */
export function deliveryStatusNumber(row: Pick<StoredDelivery, 'status' | 'attempts'>): 0 | 1 | 2 | 3 {
  const status: DeliveryStatus = row.status
  if (status === 'delivered') return 0
  if (status === 'failed' || status === 'cancelled') return 2
  return row.attempts === 0 ? 1 : 3
}
