import { limits, readContentCoding, type ContentCoding } from '#domain'
import type { ParseOptions } from '#platform'
import { mismatches } from './body/expected.ts'
import type { DecodedBody } from './body/decode-body.ts'
import { asksOfBody, readBodyFor, valueRead, type BodyItem, type BodyReading } from './body/read-body.ts'
import { unauthenticated } from './gate/gate.ts'
import type { CompiledListener, Split } from './listener/listeners.ts'
import { dedupOf, dedupOfItem, type KeyedBy, type RequestKey } from './request/dedup.ts'
import { firstHeader } from './request/headers.ts'
import type { Inbound } from './request/inbound.ts'
import { DETAIL_LENGTH_MAX, plainText } from './request/plain-text.ts'
import type { Refusal } from './request/rejection.ts'
import type { ReceivedForm } from './upload/received-form.ts'
import { valueAt, type BodyPath, type ValueSource } from './request/value-path.ts'
import { failure, type Verification } from './schemes/verification.ts'
import { verifyBody } from './schemes/verify-body.ts'
import type { HandshakeAnswer } from './systems/handshakes.ts'

/** What a request turns out to be once its body is here. */
export type Examination =
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | (Taken & { readonly kind: 'handshake'; readonly handshake: HandshakeAnswer })
  | (Taken & {
      readonly kind: 'event'
      readonly key: RequestKey | null
      /** Those that it is of, each with its own key; null: it is one. */
      readonly events: readonly OneOfMany[] | null
    })

export interface OneOfMany {
  readonly eventType: string | null
  readonly key: RequestKey | null
  readonly json: string
}

interface Taken {
  readonly eventType: string | null
  readonly body: Uint8Array
  /** How it proved where it comes from, as it is kept; null where nothing was asked for it. */
  readonly proof: string | null
}

export interface Examined {
  readonly inbound: Inbound
  readonly listener: CompiledListener
  readonly body: Uint8Array
  /** What was read of it already, where it is a multipart form: nothing else of it is looked at. */
  readonly form: ReceivedForm | null
  /** As it came, where that is something else: what is refused is kept so, to be checked again. */
  readonly sent?: Uint8Array
  /** Known already where the secret stands in the head. */
  readonly verification: Verification | null
  readonly cors: Readonly<Record<string, string>>
}

/**
 * In this order and no other: the question that nobody signs, the signature over the raw bytes, the handshake, the parsing, the structure,
 * the key. Nothing else of the body is looked at before the caller has proved itself, so a bad signature over a bad body is a 401. A
 * large body takes its turns with other work, so there is a promise then.
 */
export function examine(examined: Examined): Examination | Promise<Examination> {
  const asked = answerOf(examined, false)
  if (asked !== undefined) return { kind: 'handshake', handshake: asked, eventType: null, body: examined.body, proof: null }
  const encoding = examined.inbound.headers['content-encoding']
  const coding = encoding === undefined || examined.body.length === 0 ? null : readContentCoding(encoding.join(','))
  // The gate has refused what is not known.
  if (coding !== null && coding !== 'unknown' && coding !== 'several') return examineCoded(examined, coding)
  const verified = verifyWhole(examined)
  return 'then' in verified ? verified.then((one) => examineVerified(examined, one)) : examineVerified(examined, verified)
}

function answerOf({ inbound, listener, body }: Examined, signed: boolean): HandshakeAnswer | undefined {
  if (listener.system.handshakes.length === 0) return undefined
  const { method, url, query, headers } = inbound
  return listener.handshakes.answer({ method, url, query, headers, body }, signed)
}

const ANSWERABLE = failure(
  'signature_mismatch',
  'The body is one that this system has signed for anybody who asks, so its signature proves nothing.',
)

/** Of a body with a coding: the signature over the bytes as they were sent, and only then what they say; or, where its system signs that, the other way round. */
function examineCoded(examined: Examined, coding: ContentCoding): Examination | Promise<Examination> {
  const { inbound, listener, body, verification } = examined
  const decoded = () => inbound.decoded(body, coding, listener.bodyBytesMax)
  const isSigned = verification === null && listener.auth.reads !== 'head'
  const verified = isSigned && listener.signatureCovers === 'sent' ? verifyWhole(examined) : null
  const andThen = (one: Verification | null) => {
    if (one?.ok === false) return examineVerified(examined, one)
    return then(decoded(), (made) => examineDecoded({ ...examined, verification: one ?? verification }, made))
  }
  return verified === null ? andThen(null) : then(verified, andThen)
}

function examineDecoded(examined: Examined, decoded: DecodedBody): Examination | Promise<Examination> {
  const { verification, listener } = examined
  const proof = verification?.ok === true ? listener.proof(verification.secret) : null
  if (decoded.kind === 'overloaded') return refusal(examined, { code: decoded.kind, proof })
  if (decoded.kind !== 'decoded')
    return refusal(examined, { code: decoded.kind, proof, detail: plainText(decoded.detail, DETAIL_LENGTH_MAX) })
  const made = { ...examined, body: decoded.body, sent: examined.body }
  return then(verifyWhole(made), (verified) => examineVerified(made, verified))
}

/** What is known already costs no further turn. */
function then<A extends object, B>(one: A | Promise<A>, next: (one: A) => B | Promise<B>): B | Promise<B> {
  return 'then' in one ? one.then(next) : next(one)
}

/** What verifying in turns has found: where a request is judged again by the same authentication, it is not verified again. */
const found = new WeakMap<Inbound, { readonly authId: string; readonly verified: Verification }>()

/** Whether the signature is over these bytes: asked ahead, where nothing may be read before it is known. */
export function verifyWhole({ inbound, listener, body, verification }: Examined): Verification | Promise<Verification> {
  const { auth, authId } = listener
  if (verification !== null) return verification
  const { method, url, path, query, headers } = inbound
  if (auth.reads === 'head') return auth.verify(inbound)
  if (listener.handshakes.isAnswerable(body)) return ANSWERABLE
  const before = found.get(inbound)
  if (before?.authId === authId) return before.verified
  const verified = verifyBody(auth, { method, url, path, query, headers, body, nowSeconds: inbound.receivedAt / 1000 })
  if ('then' in verified) return verified.then((one) => (found.set(inbound, { authId, verified: one }), one))
  return verified
}

function examineVerified(examined: Examined, verified: Verification): Examination | Promise<Examination> {
  const { inbound, listener, body, form, cors } = examined
  if (!verified.ok) return refusal(examined, unauthenticated(listener, verified, cors))

  const handshake = answerOf(examined, true)
  // A listener that takes only what is well-formed must know it before it says 2xx; one that takes anything parses if it must.
  const mustRead = (listener.settings.onMalformed === 'reject' && handshake === undefined) || asksOfBody(listener.questions)
  const reading =
    form !== null
      ? valueRead(listener.questions, form.values)
      : mustRead
        ? readBodyFor(listener.questions, body, optionsOf(inbound, listener))
        : NOTHING_ASKED
  return 'then' in reading
    ? reading.then((read) => judge(examined, { verified, handshake, read }))
    : judge(examined, { verified, handshake, read: reading })
}

const NOTHING_ASKED: BodyReading = { kind: 'read', textAt: () => undefined, faults: () => [], items: () => undefined }

interface Known {
  readonly verified: Extract<Verification, { ok: true }>
  readonly handshake: HandshakeAnswer | undefined
  readonly read: BodyReading
}

function judge(examined: Examined, { verified, handshake, read }: Known): Examination {
  const { inbound, listener, body } = examined
  const { headers, query } = inbound
  const source = { headers, query, bodyText: (path: BodyPath) => (read.kind === 'read' ? read.textAt(path) : undefined) }
  const proof = listener.proof(verified.secret)
  if (handshake !== undefined) return { kind: 'handshake', handshake, eventType: eventTypeOf(listener, source), body, proof }
  if (read.kind === 'malformed')
    return refusal(examined, { code: `malformed_${read.of}`, proof, detail: plainText(read.detail, DETAIL_LENGTH_MAX) })
  if (read.kind === 'unsupported_charset')
    return refusal(examined, { code: 'unsupported_charset', proof, detail: plainText(read.detail, DETAIL_LENGTH_MAX) })

  if (listener.settings.expected.strict) {
    const faults = mismatches(listener.settings.expected, { headers, query, bodyFaults: read.faults })
    if (faults.length > 0) return refusal(examined, { code: 'structure_mismatch', proof, fields: faults })
  }
  const keyed = { source, signedId: verified.signedId, listener: listener.id, request: inbound.id }
  const items = listener.split === null ? undefined : read.items()
  if (items !== undefined && items.length > limits.eventsOfRequestMax) {
    return refusal(examined, { code: 'too_many_events', proof, detail: `A request may bring ${limits.eventsOfRequestMax} events.` })
  }
  const events = items === undefined ? null : eventsOf(listener.split!, items, keyed)
  const key = events === null ? dedupOf(listener.dedup, keyed) : null
  return { kind: 'event', eventType: eventTypeOf(listener, source), key, body, proof, events }
}

function eventsOf({ eventType, dedup }: Split, items: readonly BodyItem[], keyed: KeyedBy): OneOfMany[] {
  return items.map(({ json, textAt }, place) => {
    const source = { ...keyed.source, itemText: textAt }
    return { json, eventType: eventTypeOf({ eventType }, source), key: dedupOfItem(dedup, { ...keyed, source, place }) }
  })
}

function refusal({ body, sent = body, cors }: Examined, of: Refusal): Examination {
  return { kind: 'refused', refusal: { ...of, body: sent, headers: { ...cors, ...of.headers } } }
}

function optionsOf(inbound: Inbound, { settings }: CompiledListener): ParseOptions {
  return {
    contentType: firstHeader(inbound.headers, 'content-type') ?? null,
    format: settings.bodyFormat,
    onMalformed: settings.onMalformed,
    depthMax: limits.jsonDepthMax,
  }
}

export function eventTypeOf(listener: Pick<CompiledListener, 'eventType'>, source: ValueSource): string | null {
  const text = valueAt(listener.eventType, source)
  return text === undefined ? null : plainText(text, limits.eventTypeLengthMax)
}
