import { byteOrderMark, knownCharset } from './charset.ts'

/** Names to values; repeated names become arrays. Without a prototype, because the names are the sender's. */
export type FormFields = Record<string, string | string[]>

/** A form can only be in a charset in which `&`, `=` and `%` are the bytes that they are in ASCII. */
export function isFormCharset(label: string): boolean {
  if (label === 'utf-8') return true
  const encoding = knownCharset(label)
  return encoding !== undefined && !encoding.startsWith('utf-16')
}

/**
 * The fields of a form (`application/x-www-form-urlencoded`). Its bytes, those behind a percent sign too, are of the charset that the form's
 * own field `_charset_` names, as browsers fill it in; else of the declared one; else UTF-8. What is none of it becomes U+FFFD, and
 * what is no escape stays as it is.
 */
export function readForm(body: Uint8Array, declared: string | undefined): FormFields {
  const reader = createFormReader(body, declared)
  reader.read(Infinity)
  return reader.fields
}

export interface FormReader {
  readonly fields: FormFields
  /** Reads so many fields more. True: there are no more. */
  read(most: number): boolean
}

export function createFormReader(body: Uint8Array, declared: string | undefined): FormReader {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.length)
  // One character for each byte, until a name or a value is decoded.
  const text = bytes.toString('latin1', byteOrderMark(body) === 'utf-8' ? 3 : 0)
  const charset = charsetField(text) ?? declared
  const decoder = charset === undefined || !isFormCharset(charset) ? utf8 : new TextDecoder(charset, { ignoreBOM: true })
  const fields = Object.create(null) as FormFields
  let start = 0
  return {
    fields,
    read(most) {
      for (let left = most; left > 0 && start < text.length; left--) {
        const ampersand = text.indexOf('&', start)
        const end = ampersand === -1 ? text.length : ampersand
        if (end > start) addField(fields, text.slice(start, end), decoder)
        start = end + 1
      }
      return start >= text.length
    },
  }
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })

function addField(fields: FormFields, pair: string, decoder: TextDecoder): void {
  const equals = pair.indexOf('=')
  const name = decoded(equals === -1 ? pair : pair.slice(0, equals), decoder)
  const value = equals === -1 ? '' : decoded(pair.slice(equals + 1), decoder)
  const before = fields[name]
  if (before === undefined) fields[name] = value
  else if (typeof before === 'string') fields[name] = [before, value]
  else before.push(value)
}

/** The first field of this name, if it names a charset in which a form can be. */
function charsetField(text: string): string | undefined {
  if (!text.includes('_charset_=')) return undefined
  const label = /(?:^|&)_charset_=([\w.:-]+)/.exec(text)?.[1]
  return label !== undefined && isFormCharset(label) ? label : undefined
}

/** What is not the same in every charset: escapes, bytes beyond ASCII, and the escape character of ISO-2022-JP. */
const NEEDS_DECODING = /[%\x1b\x80-\xff]/

function decoded(text: string, decoder: TextDecoder): string {
  const spaced = text.includes('+') ? text.replaceAll('+', ' ') : text
  if (!NEEDS_DECODING.test(spaced)) return spaced
  const bytes = Buffer.from(spaced, 'latin1')
  let length = 0
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] === PERCENT ? hexByte(bytes, at + 1) : undefined
    bytes[length++] = byte ?? bytes[at]!
    if (byte !== undefined) at += 2
  }
  return decoder.decode(bytes.subarray(0, length))
}

const PERCENT = 0x25

function hexByte(bytes: Uint8Array, at: number): number | undefined {
  const [high, low] = [hexDigit(bytes[at]), hexDigit(bytes[at + 1])]
  return high === undefined || low === undefined ? undefined : high * 16 + low
}

function hexDigit(byte: number | undefined): number | undefined {
  if (byte === undefined) return undefined
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30
  const letter = byte | 0x20
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : undefined
}
