import type { messageIn } from '@posthorn/contract'
import type { z } from 'zod'
import { AppError, limits } from '#domain'
import type { ApiDeps } from '../deps.ts'
import { nestsDeeper } from '../json-body.ts'
import type { MessageToSend } from './create-message.ts'
import { memberBytes } from './member-bytes.ts'

const HOUR_MS = 3_600_000

/** A message as Svix's shape gives it. `raw`: the bytes of that JSON object, of which the payload's are sent as they came. */
export function messageToSend(
  deps: Pick<ApiDeps, 'ids' | 'clock' | 'settings'>,
  body: Omit<z.output<typeof messageIn>, 'application'>,
  raw: Uint8Array,
): MessageToSend {
  const { eventType, eventId = null, channels = null, tags = null, transformationsParams } = body
  const rawPayload = transformationsParams?.rawPayload
  const payload = checkedSize(deps, rawPayload == null ? memberBytes(raw, 'payload')! : objectBytes(rawPayload))
  const createdAt = deps.clock.now()
  return {
    ...{ id: deps.ids.make('msg'), eventId, eventType, channels: withoutRepeats(channels), tags, createdAt },
    ...{ payloadUntil: payloadUntil(body, createdAt), payload, data: payload },
  }
}

/** The payload, if it is not larger than the operator allows. */
export function checkedSize({ settings }: Pick<ApiDeps, 'settings'>, payload: Uint8Array): Uint8Array {
  if (payload.length <= settings.payloadBytesMax) return payload
  const detail = `The payload has ${payload.length} bytes; at most ${settings.payloadBytesMax} are taken.`
  throw new AppError('payload_too_large', { detail })
}

export function withoutRepeats(names: readonly string[] | null): readonly string[] | null {
  return names && [...new Set(names)]
}

/** Svix's other way to give a payload: as text, so that nothing between here and the caller writes it anew. */
function objectBytes(text: string): Uint8Array {
  const fault = (message: string) =>
    new AppError('validation_error', { fields: [{ pointer: '/transformationsParams/rawPayload', code: 'bad_payload', message }] })
  const bytes = Buffer.from(text)
  if (nestsDeeper(bytes, limits.jsonDepthMax)) throw fault(`Give JSON that nests at most ${limits.jsonDepthMax} levels deep.`)
  if (!isObject(text)) throw fault('Give the text of a JSON object.')
  return bytes
}

function isObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
  } catch {
    return false
  }
}

/** When the payload is no longer kept; null: with the message. */
function payloadUntil(
  {
    payloadRetentionHours: hours,
    payloadRetentionPeriod: days,
  }: Pick<z.output<typeof messageIn>, 'payloadRetentionHours' | 'payloadRetentionPeriod'>,
  createdAt: number,
): number | null {
  return hours != null ? createdAt + hours * HOUR_MS : days != null ? createdAt + days * 24 * HOUR_MS : null
}
