import { limits } from '#domain'
import { dedupOf, type RequestKey } from './dedup.ts'
import { mismatches } from './expected.ts'
import { unauthenticated } from './gate.ts'
import { firstHeader } from './headers.ts'
import type { Inbound } from './inbound.ts'
import type { CompiledListener } from './listeners.ts'
import { parseBody, type ParsedBody } from './parse.ts'
import { plainText } from './plain-text.ts'
import type { Refusal } from './rejection.ts'
import type { Handshake } from './systems/system.ts'
import { valueAt } from './value-path.ts'
import { verify, type Verification } from './verify.ts'

/** What a request turns out to be once its body is here. */
export type Examination =
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'handshake'; readonly handshake: Handshake; readonly eventType: string | null }
  | { readonly kind: 'event'; readonly eventType: string | null; readonly key: RequestKey | null }

export interface Examined {
  readonly inbound: Inbound
  readonly listener: CompiledListener
  readonly body: Uint8Array
  /** Known already where the secret stands in the head. */
  readonly verification: Verification | null
  readonly cors: Readonly<Record<string, string>>
}

/**
 * In this order and no other: the signature over the raw bytes, the handshake, the parsing, the structure, the key. Nothing of
 * the body is looked at before the caller has proved itself, so a bad signature over a bad body is a 401.
 */
export function examine({ inbound, listener, body, verification, cors }: Examined): Examination {
  const { method, url, path, query, headers } = inbound
  const refuse = (refusal: Refusal): Examination => ({
    kind: 'refused',
    refusal: { ...refusal, body, headers: { ...cors, ...refusal.headers } },
  })
  const verified = verification ?? verify(listener.auth, { method, url, path, query, headers, body, nowSeconds: inbound.receivedAt / 1000 })
  if (!verified.ok) return refuse(unauthenticated(listener, verified, cors))

  const parsed = lazyBody(inbound, listener, body)
  const source = { headers, query, json: () => jsonOf(parsed()) }
  const handshake = listener.system.handshakes.find(({ when }) => firstHeader(headers, when.header) === when.value)
  if (handshake !== undefined) return { kind: 'handshake', handshake, eventType: eventTypeOf(listener, source) }

  // A listener that takes only what is well-formed must know it before it says 2xx; one that takes anything parses if it must.
  if (listener.settings.onMalformed === 'reject') {
    const read = parsed()
    if (read.kind === 'malformed') return refuse({ code: 'malformed_json', detail: read.detail })
  }
  if (listener.settings.expected.strict) {
    const faults = mismatches(listener.settings.expected, source)
    if (faults.length > 0) return refuse({ code: 'structure_mismatch', fields: faults })
  }
  const key = dedupOf(listener.dedup, { source, signedId: verified.signedId, listener: listener.id, request: inbound.id })
  return { kind: 'event', eventType: eventTypeOf(listener, source), key }
}

function lazyBody(inbound: Inbound, { settings }: CompiledListener, body: Uint8Array): () => ParsedBody {
  let parsed: ParsedBody | undefined
  return () =>
    (parsed ??= parseBody(body, {
      contentType: firstHeader(inbound.headers, 'content-type') ?? null,
      format: settings.bodyFormat === 'json' ? 'json' : 'auto',
      onMalformed: settings.onMalformed,
      depthMax: limits.jsonDepthMax,
    }))
}

function jsonOf(parsed: ParsedBody): unknown {
  return parsed.kind === 'json' ? parsed.value() : undefined
}

function eventTypeOf(listener: CompiledListener, source: Parameters<typeof valueAt>[1]): string | null {
  const text = valueAt(listener.eventType, source)
  return text === undefined ? null : plainText(text, limits.eventTypeLengthMax)
}
