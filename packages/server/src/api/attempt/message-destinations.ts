import type { attemptOperations } from '@posthorn/contract'
import { AppError } from '#domain'
import { resend } from '../delivery/change-delivery.ts'
import type { ApiDeps } from '../deps.ts'
import { existingEndpoint } from '../endpoint/find-endpoint.ts'
import { findMessage } from '../message/find-message.ts'
import { pageAnswer, readPage, rowsOfPage } from '../page.ts'
import type { Answer, Call } from '../route.ts'
import { messageEndpointJson } from './attempt-json.ts'

/** Where a message was sent. */
export async function listDestinations(deps: ApiDeps, call: Call<typeof attemptOperations.destinations>): Promise<Answer> {
  const message = await findMessage(deps, call)
  const page = readPage(call.query, 'dlv', 'descending')
  const rows = await deps.store.logs.deliveries.destinations(message.id, rowsOfPage(page))
  return { status: 200, body: pageAnswer(page, rows, { key: (row) => row.delivery_id, item: (row) => messageEndpointJson(row, row) }) }
}

const NEVER_SENT =
  'This message was never sent to that endpoint: it was disabled, not made yet, or did not want it. POST .../replay with "kind": "missing" sends what it wants and never got.'

/** Sends a message to one of its endpoints once more. */
export async function resendMessage(deps: ApiDeps, call: Call<typeof attemptOperations.resend>): Promise<Answer> {
  const message = await findMessage(deps, call)
  const endpoint = existingEndpoint(call.application, call.params)
  const delivery = await deps.store.logs.deliveries.ofMessage(message.id, endpoint.id)
  if (!delivery) throw new AppError('not_found', { detail: NEVER_SENT })
  if (message.payload === null) throw new AppError('missing_payload')
  await resend(deps, call, delivery)
  return { status: 202, body: {} }
}
