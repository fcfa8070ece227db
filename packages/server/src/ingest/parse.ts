import { isUtf8 } from 'node:buffer'
import { exactJsonLater, isRawNumber } from '#domain'
import { plainText } from './plain-text.ts'

/** What a body is. Bytes are kept as they came whatever it is; this only says how they may be read. */
export type ParsedBody =
  | { readonly kind: 'none' }
  /** That it is JSON is known; what it says nobody asks of most bodies, and is read when somebody does. */
  | { readonly kind: 'json'; readonly value: () => unknown }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'binary' }
  | { readonly kind: 'malformed'; readonly detail: string }

export interface ParseOptions {
  /** Null if the request has none. */
  readonly contentType: string | null
  readonly format: 'auto' | 'json'
  /** Raw: what is not well-formed is text or binary instead. */
  readonly onMalformed: 'reject' | 'raw'
  readonly depthMax: number
}

/** Deep enough for every document that a sender means, and shallow enough for every reader that recurses after us. */
export const JSON_DEPTH_MAX = 512
const DETAIL_LENGTH_MAX = 500

export function parseBody(body: Uint8Array, options: ParseOptions): ParsedBody {
  if (body.length === 0) return { kind: 'none' }
  const type = readContentType(options.contentType)
  const declared = options.format === 'json' || isJsonType(type.essence)
  if (!declared && type.essence !== '') return unparsed(body, type.charset)
  const parsed = parseJson(body, type.charset, options.depthMax)
  if (parsed.kind === 'json' || (declared && options.onMalformed === 'reject')) return parsed
  return unparsed(body, type.charset)
}

/** Text where the bytes are text; anything else is binary. */
function unparsed(body: Uint8Array, charset: string | undefined): ParsedBody {
  const text = decode(body, charset)
  return text === undefined ? { kind: 'binary' } : { kind: 'text', text }
}

function parseJson(body: Uint8Array, charset: string | undefined, depthMax: number): ParsedBody {
  const text = decode(body, charset)
  if (text === undefined) return { kind: 'malformed', detail: `The body is not valid ${charset ?? 'UTF-8'}.` }
  // Brackets cannot nest deeper than there are bytes.
  if (body.length > depthMax && depthOf(text) > depthMax) {
    return { kind: 'malformed', detail: `The body nests deeper than ${depthMax} levels.` }
  }
  try {
    // JSON.parse makes own properties of all keys, `__proto__` too, and never recurses on V8's stack.
    return { kind: 'json', value: exactJsonLater(text) }
  } catch (error) {
    // V8 quotes what it stumbled over.
    return { kind: 'malformed', detail: plainText(`The body is not well-formed JSON: ${(error as Error).message}`, DETAIL_LENGTH_MAX) }
  }
}

/** Undefined if the bytes are not of the charset, or nobody knows it. A byte order mark wins over what is declared, and is taken off. */
function decode(body: Uint8Array, charset: string | undefined): string | undefined {
  const marked = byteOrderMark(body)
  const encoding = marked ?? charset ?? 'utf-8'
  if (encoding === 'utf-8' && marked === undefined) {
    return isUtf8(body) ? utf8.decode(body) : undefined
  }
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(body)
  } catch {
    return undefined
  }
}

// For bytes that are known to be text: a decoder that tells takes 10 µs to throw. A Buffer that views the bytes is slower.
const utf8 = new TextDecoder()

function byteOrderMark(body: Uint8Array): string | undefined {
  if (body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf) return 'utf-8'
  if (body[0] === 0xff && body[1] === 0xfe) return 'utf-16le'
  if (body[0] === 0xfe && body[1] === 0xff) return 'utf-16be'
  return undefined
}

/** The deepest nesting of brackets outside strings, by one pass over the text. */
function depthOf(text: string): number {
  let depth = 0
  let deepest = 0
  for (let i = 0; i < text.length; i++) {
    switch (text.charCodeAt(i)) {
      case 0x22: // a string: go to its end
        i = endOfString(text, i)
        break
      case 0x5b:
      case 0x7b:
        if (++depth > deepest) deepest = depth
        break
      case 0x5d:
      case 0x7d:
        depth--
        break
    }
  }
  return deepest
}

/** The index of the quote that closes the string which `start` opens; the text's length if none does. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let slashes = 0
    while (text.charCodeAt(end - 1 - slashes) === 0x5c) slashes++
    if (slashes % 2 === 0) return end
  }
  return text.length
}

/** Text, number or truth value as text; undefined for everything else. */
export function scalarText(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  return isRawNumber(value) ? value.rawJSON : undefined
}

interface ContentType {
  /** Lower case, without parameters; empty if there is none. */
  readonly essence: string
  readonly charset: string | undefined
}

function readContentType(header: string | null): ContentType {
  if (header === null) return { essence: '', charset: undefined }
  const semicolon = header.indexOf(';')
  const essence = (semicolon === -1 ? header : header.slice(0, semicolon)).trim().toLowerCase()
  const charset = semicolon === -1 ? undefined : /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(header)?.[1]?.toLowerCase()
  return { essence, charset: charset === 'utf8' ? 'utf-8' : charset }
}

function isJsonType(essence: string): boolean {
  return essence === 'application/json' || essence.endsWith('+json') || essence === 'text/json'
}
