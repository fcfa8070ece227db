import { hash } from 'node:crypto'
import { canonicalSignature } from '#domain'
import type { Headers } from '../../request/headers.ts'
import { readBodyPath, textWithin, type BodyPath } from '../../request/value-path.ts'
import { readQuery } from '../../request/query.ts'
import { sameText } from '../timing-safe.ts'
import { failure, type VerificationFailure, type VerifyRequest } from '../verification.ts'
import { BodyFields, FIELDS_BYTES_MAX } from './body-fields.ts'
import type { SignedOptions } from './options.ts'
import { onlyAt, readPlace, type ReadPlace } from './place.ts'
import { readSignedString, type SignedPart, type SignedSource } from './signed-string.ts'
import { readTime, readTimeRule, type ReadTimeRule, type SignedTime } from './signed-time.ts'

/** More are not looked at: who is not trusted yet chooses how many there are. */
const SIGNATURES_MAX = 32
const ITEMS_MAX = 100

/** The options with what is read of them once. */
export interface ReadOptions {
  readonly place: ReadPlace
  readonly also: readonly string[]
  readonly encoding: 'hex' | 'base64'
  readonly prefix: string
  readonly separator: string | null
  readonly pair: string | null
  readonly time: ReadTimeRule | null
  readonly parts: readonly SignedPart[]
  readonly each: BodyPath | undefined
  readonly bodyHashIn: string | undefined
  readonly signsForm: boolean
}

export function readOptions(options: SignedOptions, settings: Readonly<Record<string, string>> = {}): ReadOptions {
  return {
    place: readPlace(options),
    also: options.alsoHeaders?.map((name) => name.toLowerCase()) ?? [],
    encoding: options.encoding === 'hex' ? 'hex' : 'base64',
    prefix: options.prefix,
    separator: options.separator,
    pair: options.pair,
    time: options.timestamp && readTimeRule(options.timestamp),
    parts: readSignedString(options.signedString, settings),
    each: options.each === undefined ? undefined : readBodyPath(options.each),
    bodyHashIn: options.bodyHashIn,
    signsForm: options.signedString.includes('{form}'),
  }
}

/** What a request says of itself: that this was signed, with one of these signatures. */
export interface Claim {
  /**
   * Read in each spelling that its encoding allows (RFC 4648), and compared in the canonical one, so that what counts are its bytes.
   * Empty if none can be read.
   */
  readonly signatures: readonly string[]
  readonly source: SignedSource
}

export interface Claims {
  readonly ok: true
  /** All of them must hold. There is at least one. */
  readonly all: readonly Claim[]
  readonly time: SignedTime | null
}

export function readClaims(options: ReadOptions, request: VerifyRequest): Claims | VerificationFailure {
  const fields = new BodyFields(request)
  if (options.each !== undefined) return readItems(options, options.each, { request, fields })
  const presented = onlyAt(options.place, request, fields)
  const { label } = options.place
  if (presented === 'missing') return missing(options, request)
  if (presented === 'repeated') return failure('signature_malformed', `${label} is given more than once.`)
  const written = splitSignatures(options, presented.value)
  if (written.length === 0) return failure('signature_malformed', wrongForm(options))
  const time = timeOf(options, presented.value, { request, fields })
  if (time?.ok === false) return time
  const uncovered = uncoveredBody(options, request, fields)
  if (uncovered !== undefined) return uncovered
  const further = options.also.length === 0 ? [] : furtherSignatures(options, request.headers)
  const signatures = canonical(further.length === 0 ? written : [...written, ...further], options)
  return { ok: true, all: [{ signatures, source: { request, fields, timestamp: time?.text ?? '', item: undefined } }], time }
}

function missing({ place, each }: ReadOptions, { body }: VerifyRequest): VerificationFailure {
  const isLarge = (place.field !== undefined || each !== undefined) && body.length > FIELDS_BYTES_MAX
  const why = isLarge ? ` The body is larger than the ${FIELDS_BYTES_MAX} bytes in which it is looked for.` : ''
  return failure('signature_missing', `${place.label} is missing.${why}`)
}

function wrongForm({ place, prefix, separator, pair }: ReadOptions): string {
  if (pair !== null) return `${place.label} has no pair "${pair}".`
  return `${place.label} does not ${separator === null ? 'begin with' : 'hold anything that begins with'} "${prefix}".`
}

/** The signatures as they are written, without what stands around them. */
function splitSignatures({ prefix, separator, pair }: ReadOptions, value: string): string[] {
  if (pair !== null) return pairsOf(value, separator!).flatMap(([name, one]) => (name === pair ? withoutPrefix(one, prefix) : []))
  if (separator === null) return withoutPrefix(value, prefix)
  return value.split(separator, SIGNATURES_MAX).flatMap((one) => withoutPrefix(one.trim(), prefix))
}

function withoutPrefix(value: string, prefix: string): string[] {
  return value.startsWith(prefix) ? [value.slice(prefix.length)] : []
}

/** `t=1,v1=ab` as pairs; a base64 value may end with equals signs of its own. */
function pairsOf(value: string, separator: string): readonly (readonly [string, string])[] {
  return value.split(separator, SIGNATURES_MAX).map((one) => {
    const equals = one.indexOf('=')
    return equals === -1 ? [one.trim(), ''] : [one.slice(0, equals).trim(), one.slice(equals + 1).trim()]
  })
}

function timeOf(
  { time: rule, separator }: ReadOptions,
  presented: string,
  { request, fields }: { request: VerifyRequest; fields: BodyFields },
): SignedTime | VerificationFailure | null {
  if (rule === null) return null
  if (rule.place !== null) return readTime(rule, onlyAt(rule.place, request, fields))
  const values = pairsOf(presented, separator ?? ',').flatMap(([name, value]) => (name === rule.pair ? [value] : []))
  return readTime(rule, values.length === 0 ? 'missing' : values.length > 1 ? 'repeated' : { value: values[0]! })
}

function furtherSignatures(options: ReadOptions, headers: Headers): string[] {
  return options.also.flatMap((name) => headers[name] ?? []).flatMap((value) => splitSignatures(options, value))
}

function canonical(written: readonly string[], { encoding }: ReadOptions): string[] {
  return written.flatMap((one) => (one === '' ? [] : (canonicalSignature(one, encoding) ?? [])))
}

/** Where the fields of a form are signed and the body is none, its digest must be signed with the URL, or anybody might change it. */
function uncoveredBody(
  { signsForm, bodyHashIn }: ReadOptions,
  { body, query }: VerifyRequest,
  fields: BodyFields,
): VerificationFailure | undefined {
  if (!signsForm || body.length === 0 || fields.form() !== undefined) return undefined
  if (bodyHashIn === undefined) return failure('signature_malformed', 'The body is not a form, and only the fields of a form are signed.')
  const given = readQuery(query)[bodyHashIn]
  if (typeof given !== 'string')
    return failure('signature_missing', `The query parameter ${bodyHashIn} is missing, which signs a body that is no form.`)
  if (sameText(given.toLowerCase(), hash('sha256', body, 'hex'))) return undefined
  return failure('signature_mismatch', `The query parameter ${bodyHashIn} is not the SHA-256 of the body.`)
}

/** Each item is signed on its own, and one without a signature is not signed. */
function readItems(
  options: ReadOptions,
  path: BodyPath,
  { request, fields }: { request: VerifyRequest; fields: BodyFields },
): Claims | VerificationFailure {
  const items = fields.items(path)
  if (items === undefined || items.length === 0) return missing(options, request)
  if (items.length > ITEMS_MAX) return failure('signature_malformed', `The body has more than ${ITEMS_MAX} items.`)
  const all: Claim[] = []
  for (const item of items) {
    const text = textWithin(item, options.place.field!)
    if (text === undefined || text === '') return failure('signature_missing', `${options.place.label} is missing in an item.`)
    all.push({ signatures: canonical(splitSignatures(options, text), options), source: { request, fields, timestamp: '', item } })
  }
  return { ok: true, all, time: null }
}
