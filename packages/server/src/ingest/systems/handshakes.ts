import { createHmac, hash } from 'node:crypto'
import { readQuery } from '../request/query.ts'
import { readBodyPath } from '../request/value-path.ts'
import type { VerifyHead } from '../schemes/verification.ts'
import { BodyFields } from '../schemes/signed/body-fields.ts'
import { sameText } from '../schemes/timing-safe.ts'
import type { Handshake } from './system.ts'

/** What a handshake is looked for in. */
export interface AskingRequest extends VerifyHead {
  readonly method: string
  /** The public one, with its query. */
  readonly url: string
  readonly body: Uint8Array
}

/** What a request of the sender that is no event hears. */
export interface HandshakeAnswer {
  readonly name: string
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
  /** Fetched before the answer, to confirm. */
  readonly confirmUrl: string | null
  readonly signed: boolean
}

/** The questions that a listener's system asks, with what they are answered with. */
export interface CompiledHandshakes {
  /** Whether a request might be a question that nobody signs, as far as its head shows. */
  mayAsk(head: Omit<AskingRequest, 'body'>): boolean
  /** The answer to a request that is a question; undefined to any other. */
  answer(request: AskingRequest, signed: boolean): HandshakeAnswer | undefined
  /** Whether a request has the form of a question, whatever it shows: of one that is kept, the token is not. */
  isQuestion(request: AskingRequest): boolean
  /** Whether a body is what `answer` would sign for anybody who asks, so that a signature of it proves nothing. */
  isAnswerable(body: Uint8Array): boolean
}

/** A larger request without a signature is no question. */
const QUESTION_BYTES_MAX = 16 * 1024
const ECHO_LENGTH_MAX = 2000
/** What is signed for anybody who asks. No JSON and no form is written so. */
const CHALLENGE = /^[A-Za-z0-9._~+/=-]{1,256}$/
const CHALLENGE_LENGTH_MAX = 256

const NONE: CompiledHandshakes = { mayAsk: () => false, answer: () => undefined, isQuestion: () => false, isAnswerable: () => false }

/** What is known of a listener, for answers that prove something. */
export interface HandshakeSecrets {
  /** The newest; undefined if there is none. */
  readonly key: string | undefined
  readonly verifyToken: string | undefined
}

export function compileHandshakes(handshakes: readonly Handshake[], secrets: HandshakeSecrets): CompiledHandshakes {
  if (handshakes.length === 0) return NONE
  const signsForAnybody = handshakes.some(({ signed, compute }) => !signed && compute?.kind === 'hmac')
  return {
    mayAsk: (head) => handshakes.some((one) => !one.signed && headFits(one.when, head)),
    answer(request, signed) {
      if (!signed && request.body.length > QUESTION_BYTES_MAX) return undefined
      for (const one of handshakes) {
        const answer = one.signed === signed && headFits(one.when, request) ? answerTo(one, secrets, request) : undefined
        if (answer !== undefined) return answer
      }
      return undefined
    },
    isQuestion: (request) =>
      handshakes.some((one) => headFits(one.when, request) && bodyFits(one.when, request) && fieldFits(one.when, new BodyFields(request))),
    isAnswerable: (body) => signsForAnybody && body.length <= CHALLENGE_LENGTH_MAX && CHALLENGE.test(Buffer.from(body).toString('latin1')),
  }
}

function headFits({ method, header, query }: Handshake['when'], head: Omit<AskingRequest, 'body'>): boolean {
  if (method !== undefined && method !== head.method) return false
  if (header !== undefined && !holds(head.headers[header.name.toLowerCase()]?.[0], header.value)) return false
  return query === undefined || holds(parameter(head.query, query.name), query.value)
}

function holds(found: string | undefined, wanted: string | undefined): boolean {
  return found !== undefined && (wanted === undefined ? found !== '' : found === wanted)
}

function parameter(query: string, name: string): string | undefined {
  const value = query === '' ? undefined : readQuery(query)[name]
  return typeof value === 'string' ? value : undefined
}

function answerTo(one: Handshake, secrets: HandshakeSecrets, request: AskingRequest): HandshakeAnswer | undefined {
  if (!bodyFits(one.when, request) || !tokenFits(one, secrets, request.query)) return undefined
  const fields = new BodyFields(request)
  if (!fieldFits(one.when, fields)) return undefined
  const values = { request, fields, secrets }
  const computed = one.compute === undefined ? '' : compute(one.compute, values)
  const confirmUrl = one.confirm === undefined ? null : urlToConfirm(one.confirm, fields)
  if (computed === undefined || confirmUrl === undefined) return undefined
  const { status, body, headers } = one.respond
  const render = (template: string) => fill(template, values, computed)
  const written = body === null ? null : typeof body === 'string' ? render(body) : renderAll(body, render)
  const named = renderAll<never>(headers, render)
  if (written === undefined || named === undefined) return undefined
  const type = typeof written === 'string' ? 'text/plain; charset=utf-8' : 'application/json'
  const sent = typeof written === 'string' || written === null ? written : JSON.stringify(written)
  return {
    name: one.name,
    status,
    headers: { ...(sent !== null && { 'Content-Type': type }), ...named },
    body: sent,
    confirmUrl,
    signed: one.signed,
  }
}

/** Most requests are events, so bodies are only read where the words of the question stand in them. */
function bodyFits({ field, emptyBody }: Handshake['when'], { body }: AskingRequest): boolean {
  if (emptyBody && body.length > 0) return false
  if (field === undefined) return true
  const words = field.value ?? field.path.slice(field.path.lastIndexOf('.') + 1)
  return Buffer.from(body.buffer, body.byteOffset, body.length).includes(words)
}

function fieldFits({ field }: Handshake['when'], fields: BodyFields): boolean {
  return field === undefined || holds(fields.text(readBodyPath(field.path)), field.value)
}

function tokenFits({ verifyTokenIn }: Handshake, { verifyToken }: HandshakeSecrets, query: string): boolean {
  if (verifyTokenIn === undefined) return true
  const shown = parameter(query, verifyTokenIn)
  return shown !== undefined && verifyToken !== undefined && sameText(shown, verifyToken)
}

interface Values {
  readonly request: AskingRequest
  readonly fields: BodyFields
  readonly secrets: HandshakeSecrets
}

/** The text with what stands in braces filled in; undefined if something of it is not there. */
function fill(template: string, { request, fields, secrets }: Values, computed: string): string | undefined {
  let isWhole = true
  const filled = template.replaceAll(/\{([^{}]+)\}/g, (_, name: string) => {
    const value = name === 'computed' ? computed : valueOf(name, { request, fields, secrets })
    if (value === undefined || value === '' || value.length > ECHO_LENGTH_MAX) isWhole = false
    return value ?? ''
  })
  return isWhole ? filled : undefined
}

function valueOf(name: string, { request, fields, secrets }: Values): string | undefined {
  if (name === 'verifyToken') return secrets.verifyToken
  if (name === 'endpoint') return request.url.split('?', 1)[0]
  if (name.startsWith('query:')) return parameter(request.query, name.slice('query:'.length))
  if (name.startsWith('header:')) return request.headers[name.slice('header:'.length).toLowerCase()]?.[0]
  if (name.startsWith('field:')) return fields.text(readBodyPath(name.slice('field:'.length)))
  return undefined
}

function renderAll<Fixed>(templates: Readonly<Record<string, string | Fixed>>, render: (template: string) => string | undefined) {
  const entries = Object.entries(templates).map(([name, one]) => [name, typeof one === 'string' ? render(one) : one] as const)
  return entries.some(([, value]) => value === undefined) ? undefined : (Object.fromEntries(entries) as Record<string, string | Fixed>)
}

function compute({ kind, algorithm, of, encoding }: NonNullable<Handshake['compute']>, values: Values): string | undefined {
  const text = fill(of, values, '')
  if (text === undefined) return undefined
  if (kind === 'hash') return hash(algorithm, text, encoding)
  const { key } = values.secrets
  return key === undefined || !CHALLENGE.test(text) ? undefined : createHmac(algorithm, key).update(text).digest(encoding)
}

function urlToConfirm({ field, host }: NonNullable<Handshake['confirm']>, fields: BodyFields): string | undefined {
  const url = URL.parse(fields.text(readBodyPath(field)) ?? '')
  const isPlain = url !== null && url.protocol === 'https:' && url.port === '' && url.username === '' && url.password === ''
  return isPlain && new RegExp(`^(?:${host})$`).test(url.hostname) ? url.href : undefined
}
