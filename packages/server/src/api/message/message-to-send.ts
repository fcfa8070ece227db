import type { messageIn } from '@posthorn/contract'
import type { z } from 'zod'
import { AppError, limits, type EndpointId, type MessageId } from '#domain'
import { JsonScan, scanInTurns, type JsonVisitor } from '#platform'
import type { ApiDeps } from '../deps.ts'
import { memberBytes } from './member-bytes.ts'

/** What is to be sent, whoever said it: an API call today, an operational event tomorrow. */
export interface MessageToSend {
  readonly id: MessageId
  readonly eventId: string | null
  /** The event id was made here, because its caller gave none: it says nothing of what the caller means. */
  readonly isEventIdMade?: boolean
  readonly eventType: string
  readonly channels: readonly string[] | null
  readonly tags: readonly string[] | null
  readonly createdAt: number
  /** Retention removes the payload then; absent: with the message. */
  readonly payloadUntil?: number | null
  /** What is sent. */
  readonly payload: Uint8Array
  /** What a flow that the event starts works on: the payload itself, or the data inside the envelope. JSON. */
  readonly data: Uint8Array
  /** To this endpoint alone, whatever it subscribed to; starts no flow. */
  readonly only?: EndpointId
}

const HOUR_MS = 3_600_000

/** A message as Svix's shape gives it. `raw`: the bytes of that JSON object, of which the payload's are sent as they came. */
export async function messageToSend(
  deps: Pick<ApiDeps, 'ids' | 'clock' | 'settings'>,
  body: Omit<z.output<typeof messageIn>, 'application'>,
  raw: Uint8Array,
): Promise<MessageToSend> {
  const { eventType, eventId = null, channels = null, tags = null, transformationsParams } = body
  const rawPayload = transformationsParams?.rawPayload
  const payload = checkedSize(deps, rawPayload == null ? memberBytes(raw, 'payload')! : Buffer.from(rawPayload))
  const createdAt = deps.clock.now()
  const id = deps.ids.make('msg')
  if (rawPayload != null) await requireObject(payload)
  return {
    ...{ id, eventId, eventType, channels: withoutRepeats(channels), tags, createdAt },
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
async function requireObject(json: Uint8Array): Promise<void> {
  const root = new RootKind()
  const scan = new JsonScan(json, { depthMax: limits.jsonDepthMax, visitor: root })
  await scanInTurns(scan, json.length)
  if (scan.fault?.kind === 'too_deep') throw badPayload(`Give JSON that nests at most ${limits.jsonDepthMax} levels deep.`)
  if (scan.fault || !root.isObject) throw badPayload('Give the text of a JSON object.')
}

/** Hears of the outermost value only. */
class RootKind implements JsonVisitor {
  isObject = false

  open(isArray: boolean): boolean {
    this.isObject = !isArray
    return false
  }
  close(): void {}
  key(): void {}
  item(): void {}
  scalar(): void {}
}

const badPayload = (message: string): AppError =>
  new AppError('validation_error', { fields: [{ pointer: '/transformationsParams/rawPayload', code: 'bad_payload', message }] })

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
