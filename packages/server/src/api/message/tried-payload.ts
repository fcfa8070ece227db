import { AppError, webhookIdOf } from '#domain'
import type { ApplicationSnapshot } from '#store'
import type { ApiDeps } from '../deps.ts'
import { findMessage } from './find-message.ts'
import { memberBytes } from './member-bytes.ts'

export interface TriedPayload {
  readonly bytes: Uint8Array
  /** Of the past message; null for a payload that is only tried. */
  readonly message: { readonly eventType: string; readonly webhookId: string } | null
}

interface TryCall {
  readonly raw: Uint8Array
  readonly body: { readonly payload?: unknown; readonly messageId?: string | undefined }
  readonly application: ApplicationSnapshot
}

/** What a filter or a transformation is tried with: the bytes that the call gives, or those of a past message. */
export async function triedPayload(deps: ApiDeps, { raw, body, application }: TryCall): Promise<TriedPayload> {
  const given = memberBytes(raw, 'payload')
  if ((given === undefined) === (body.messageId === undefined)) {
    const message = 'Give a payload, or the id of a past message in "messageId"; one of the two.'
    throw new AppError('validation_error', { fields: [{ pointer: '/payload', code: 'required', message }] })
  }
  if (given !== undefined) return { bytes: given, message: null }
  const row = await findMessage(deps, { params: { msg_id: body.messageId! }, application })
  if (row.payload === null) throw new AppError('missing_payload', { detail: 'The payload of this message is no longer kept.' })
  const webhookId = webhookIdOf({ id: row.id, eventId: row.event_id })
  return { bytes: row.payload, message: { eventType: row.event_type, webhookId } }
}
