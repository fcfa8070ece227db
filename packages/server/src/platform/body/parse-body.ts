import { depthOfJson, exactJsonLater } from '#domain'
import { byteOrderMark, declaredInXml, decodeText, knownCharset } from './charset.ts'
import { isFormType, isJsonType, isTextual, isXmlType, readContentType, type ContentType } from './content-type.ts'
import { isFormCharset, readForm, type FormFields } from './form.ts'
import { XmlReader } from './xml-reader.ts'

/** What a body is. Bytes are kept as they came whatever it is; this only says how they may be read, by whoever wants to. */
export type ParsedBody =
  | { readonly kind: 'none' }
  /** That it is JSON is known; what it says nobody asks of most bodies, and is read when somebody does. */
  | { readonly kind: 'json'; readonly value: () => unknown }
  | { readonly kind: 'xml'; readonly value: () => unknown }
  | { readonly kind: 'form'; readonly charset: string | undefined; readonly fields: () => FormFields }
  /** Neither of these. Text where the bytes are text; undefined: they are not. */
  | { readonly kind: 'raw'; readonly text: () => string | undefined }
  | UnreadableBody

export type UnreadableBody =
  | { readonly kind: 'malformed'; readonly of: 'json' | 'xml'; readonly detail: string }
  | { readonly kind: 'unsupported_charset'; readonly detail: string }

export interface ParseOptions {
  /** Null if the request has none. */
  readonly contentType: string | null
  /** `text`: it is not read as anything else. */
  readonly format: 'auto' | 'json' | 'xml' | 'text'
  /** Raw: what cannot be read as what it says it is, is raw instead. */
  readonly onMalformed: 'reject' | 'raw'
  readonly depthMax: number
}

/** How a body is to be read, before anybody looks at it. */
export type BodyPlan =
  | Extract<ParsedBody, { kind: 'none' | 'form' | 'raw' }>
  | { readonly kind: 'unsupported_charset'; readonly detail: string }
  /** `declared`: nothing but JSON will do. */
  | { readonly kind: 'json'; readonly charset: string | undefined; readonly declared: boolean }
  | { readonly kind: 'xml'; readonly charset: string | undefined }

/**
 * The one reader of bodies: what ingest refuses and what a flow sees of a request is decided here. Both read most bodies in one turn, so
 * the JSON that was read last is remembered; nobody changes what was read.
 */
export function parseBody(body: Uint8Array, options: ParseOptions): ParsedBody {
  if (last !== undefined && last.body === body && isReadAlike(last.options, options)) return last.parsed
  const parsed = readAnew(body, options)
  if (parsed.kind === 'json' && body.length <= REMEMBERED_BYTES_MAX) last = { body, options, parsed }
  return parsed
}

const REMEMBERED_BYTES_MAX = 64 * 1024

let last: { readonly body: Uint8Array; readonly options: ParseOptions; readonly parsed: ParsedBody } | undefined

/** What could be read is the same, whatever becomes of what cannot. */
function isReadAlike(one: ParseOptions, other: ParseOptions): boolean {
  return one.contentType === other.contentType && one.format === other.format && one.depthMax === other.depthMax
}

function readAnew(body: Uint8Array, options: ParseOptions): ParsedBody {
  const plan = planBody(body, options)
  if (plan.kind === 'xml') {
    const parsed = parseXml(body, plan.charset, options.depthMax)
    return parsed.kind === 'xml' || options.onMalformed === 'reject' ? parsed : rawBody(body, plan.charset)
  }
  if (plan.kind !== 'json') return plan
  const parsed = parseJson(body, plan.charset, options.depthMax)
  return parsed.kind === 'json' || (plan.declared && options.onMalformed === 'reject') ? parsed : rawBody(body, plan.charset)
}

export function planBody(body: Uint8Array, { contentType, format, onMalformed }: ParseOptions): BodyPlan {
  if (body.length === 0) return { kind: 'none' }
  const given = readContentType(contentType)
  const isXml = format === 'xml' || (format === 'auto' && isXmlType(given.essence))
  const type = isXml ? { ...given, charset: given.charset ?? declaredInXml(body) } : given
  const declared = format === 'json' || (format === 'auto' && isJsonType(type.essence))
  const isForm = format === 'auto' && isFormType(type.essence)
  const unsupported = (declared || isXml || isTextual(type.essence)) && unsupportedCharset(body, type, isForm)
  if (unsupported) return onMalformed === 'reject' ? { kind: 'unsupported_charset', detail: unsupported } : rawBody(body, type.charset)
  if (isXml) return { kind: 'xml', charset: type.charset }
  if (isForm) return { kind: 'form', charset: type.charset, fields: () => readForm(body, type.charset) }
  if (format === 'text' || (!declared && type.essence !== '')) return rawBody(body, type.charset)
  return { kind: 'json', charset: type.charset, declared }
}

function rawBody(body: Uint8Array, charset: string | undefined): Extract<ParsedBody, { kind: 'raw' }> {
  return { kind: 'raw', text: () => decodeText(body, charset) }
}

function unsupportedCharset(body: Uint8Array, { charset }: ContentType, isForm: boolean): string | undefined {
  if (charset === undefined || charset === 'utf-8') return undefined
  if (isForm ? isFormCharset(charset) : byteOrderMark(body) !== undefined || knownCharset(charset) !== undefined) return undefined
  const shown = JSON.stringify(charset.slice(0, 40))
  return `The Content-Type names the charset ${shown}, ${isForm ? 'in which a form cannot be' : 'which is not known here'}. Send UTF-8.`
}

function parseJson(body: Uint8Array, charset: string | undefined, depthMax: number): Extract<ParsedBody, { kind: 'json' | 'malformed' }> {
  const text = decodeText(body, charset)
  if (text === undefined) return { kind: 'malformed', of: 'json', detail: wrongBytes(charset) }
  // Brackets cannot nest deeper than there are bytes.
  if (body.length > depthMax && depthOfJson(text) > depthMax) return { kind: 'malformed', of: 'json', detail: tooDeep(depthMax) }
  try {
    // JSON.parse makes own properties of all keys, `__proto__` too, and never recurses on V8's stack.
    return { kind: 'json', value: exactJsonLater(text) }
  } catch (error) {
    return { kind: 'malformed', of: 'json', detail: `The body is not well-formed JSON: ${(error as Error).message}` }
  }
}

/** Beyond it a body of ten megabytes would become a thousand. */
const XML_NODES_MAX = 250_000
const XML_ATTRIBUTES_MAX = 1000

export function createXmlReader(depthMax: number): XmlReader {
  return new XmlReader({ depthMax, nodesMax: XML_NODES_MAX, attributesMax: XML_ATTRIBUTES_MAX })
}

function parseXml(body: Uint8Array, charset: string | undefined, depthMax: number): Extract<ParsedBody, { kind: 'xml' | 'malformed' }> {
  const text = decodeText(body, charset)
  if (text === undefined) return { kind: 'malformed', of: 'xml', detail: wrongBytes(charset) }
  const reader = createXmlReader(depthMax)
  reader.write(text)
  const value = reader.finish()
  return reader.fault === undefined ? { kind: 'xml', value: () => value } : { kind: 'malformed', of: 'xml', detail: badXml(reader.fault) }
}

export const badXml = (fault: string): string => `The body cannot be read: ${fault}.`
export const wrongBytes = (charset: string | undefined): string => `The body is not valid ${charset ?? 'UTF-8'}.`
export const tooDeep = (depthMax: number): string => `The body nests deeper than ${depthMax} levels.`
