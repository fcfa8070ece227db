import type { deliveryOperations } from '@posthorn/contract'
import { AppError, limits } from '#domain'
import type { StoredAttempt, ContentHead, DeliveryHead } from '#store'
import type { ApiDeps } from '../deps.ts'
import { cutToContent } from '../page-content.ts'
import { pageAnswer, readPage, rowsOfPage } from '../page.ts'
import { isInPortal } from '../portal/of-portal.ts'
import type { Answer, Call } from '../route.ts'
import { deliveryAttemptJson, type ShownBody } from './delivery-attempt-json.ts'
import { deliveryJson } from './delivery-json.ts'

type ReadCall = Call<typeof deliveryOperations.get>

export async function getDelivery(deps: ApiDeps, call: ReadCall): Promise<Answer> {
  return { status: 200, body: deliveryJson(await existingDelivery(deps, call), deps.vault) }
}

/** The attempts of a delivery, with what was sent. */
export async function listAttempts(deps: ApiDeps, call: Call<typeof deliveryOperations.attempts>): Promise<Answer> {
  const { logs } = deps.store
  const delivery = await existingDelivery(deps, call)
  const asked = readPage(call.query, 'atmpt', 'descending')
  const payload = shownContent(await logs.deliveries.content(delivery, limits.requestBytesKept))
  const rows = await logs.attempts.ofDelivery(delivery.id, rowsOfPage(asked))
  const sized = rows.map((row) => ({ ...row, bytes: shownBytes(row, payload) }))
  const { page, looked } = cutToContent(asked, { rows: sized, stoppedAt: null })
  const item = (row: StoredAttempt) => deliveryAttemptJson(row, payload)
  return { status: 200, body: pageAnswer(page, looked.rows, { key: (row) => row.id, item }) }
}

/** The delivery that the path names. */
export async function existingDelivery(
  { store, clock }: ApiDeps,
  { params, application, actor }: Pick<ReadCall, 'params' | 'application' | 'actor'>,
): Promise<DeliveryHead> {
  const row = await store.logs.deliveries.find(application.id, params['delivery_id'] ?? '', clock.now())
  if (!row || (row.step_id !== null && isInPortal(actor))) throw new AppError('not_found')
  return row
}

/** What a delivery sends; null if it is not kept any more. */
function shownContent(content: ContentHead | undefined): ShownBody | null {
  return content === undefined || content.head === null ? null : { head: content.head, bytes: content.bytes }
}

/** What an attempt shows of what was sent and of what came back. */
function shownBytes({ request_body, response_body, request_headers }: StoredAttempt, payload: ShownBody | null): number {
  return ((request_body ?? payload?.head)?.length ?? 0) + (response_body?.length ?? 0) + request_headers.length
}
