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
  const steps = formInSteps(body, declared)
  for (;;) {
    const step = steps.next()
    if (step.done === true) return step.value
  }
}

/** What is to be known of a form that is read for a few of its fields. */
export interface FormWanted {
  readonly isWanted: (name: string) => boolean
  /** Of one name; of those beyond it nothing is known. */
  readonly valuesMax: number
}

/** So many bytes take half a millisecond, whatever they are; and so many does a field count for beside its own. */
const STEP_BYTES = 16 * 1024
const FIELD_BYTES = 32

const EVERYTHING: FormWanted = { isWanted: () => true, valuesMax: Infinity }

/** The same, in steps. */
export function* formInSteps(
  body: Uint8Array,
  declared: string | undefined,
  { isWanted, valuesMax }: FormWanted = EVERYTHING,
): Generator<undefined, FormFields> {
  const marked = byteOrderMark(body) === 'utf-8' ? 3 : 0
  const bytes = Buffer.from(body.buffer, body.byteOffset + marked, body.length - marked)
  const charset = (yield* charsetField(bytes)) ?? declared
  const decoder = charset === undefined || !isFormCharset(charset) ? utf8 : new TextDecoder(charset, { ignoreBOM: true })
  const fields = Object.create(null) as FormFields
  let left = STEP_BYTES
  for (let start = 0, end: number; start < bytes.length; start = end + 1) {
    const ampersand = bytes.indexOf(AMPERSAND, start)
    end = ampersand === -1 ? bytes.length : ampersand
    left -= end - start + FIELD_BYTES
    if (end - start > STEP_BYTES) {
      const pair = bytes.subarray(start, end)
      const equals = pair.indexOf(EQUALS)
      const name = yield* decodedInSteps(equals === -1 ? pair : pair.subarray(0, equals), decoder)
      if (isWanted(name)) {
        const value = equals === -1 ? '' : yield* decodedInSteps(pair.subarray(equals + 1), decoder)
        addField(fields, { name, value, valuesMax })
      }
    } else if (end > start) {
      const pair = bytes.toString('latin1', start, end)
      const equals = pair.indexOf('=')
      const name = decoded(equals === -1 ? pair : pair.slice(0, equals), decoder)
      if (isWanted(name)) addField(fields, { name, value: equals === -1 ? '' : decoded(pair.slice(equals + 1), decoder), valuesMax })
    }
    if (left > 0) continue
    left = STEP_BYTES
    yield
  }
  return fields
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })

function addField(fields: FormFields, { name, value, valuesMax }: { name: string; value: string; valuesMax: number }): void {
  const before = fields[name]
  if (before === undefined) fields[name] = value
  else if (typeof before === 'string') fields[name] = [before, value]
  else if (before.length < valuesMax) before.push(value)
}

const CHARSET_FIELD = /&_charset_=([\w.:-]{1,100})/
/** What of the field and its label may stand beyond the piece that it begins in. */
const LABEL_BEYOND = 200

/** The first field of this name, if it names a charset in which a form can be. */
function* charsetField(bytes: Buffer): Generator<undefined, string | undefined> {
  let label = CHARSET_FIELD.exec(`&${bytes.toString('latin1', 0, LABEL_BEYOND)}`)?.[1]
  for (let at = 0; label === undefined && at < bytes.length; at += STEP_BYTES) {
    const piece = bytes.toString('latin1', at, at + STEP_BYTES + LABEL_BEYOND)
    label = piece.includes('&_charset_=') ? CHARSET_FIELD.exec(piece)?.[1] : undefined
    if (bytes.length > STEP_BYTES) yield
  }
  return label !== undefined && isFormCharset(label) ? label : undefined
}

/** What is not the same in every charset: escapes, bytes beyond ASCII, and the escape character of ISO-2022-JP. */
const NEEDS_DECODING = /[%\x1b\x80-\xff]/

/** Of bytes as text, one character for each. */
function decoded(text: string, decoder: TextDecoder): string {
  if (NEEDS_DECODING.test(text)) return decoder.decode(unescaped(Buffer.from(text, 'latin1')))
  return text.includes('+') ? text.replaceAll('+', ' ') : text
}

function* decodedInSteps(bytes: Buffer, { encoding }: TextDecoder): Generator<undefined, string> {
  // One of its own: others use the one that was given meanwhile, and it remembers the character that a piece ends within.
  const decoder = new TextDecoder(encoding, { ignoreBOM: true })
  const pieces: string[] = []
  for (let at = 0, end: number; at < bytes.length; at = end) {
    end = escapeEnd(bytes, at + STEP_BYTES)
    pieces.push(decoder.decode(unescaped(Buffer.from(bytes.subarray(at, end))), { stream: end < bytes.length }))
    yield
  }
  return pieces.join('')
}

/** Not within an escape. */
function escapeEnd(bytes: Uint8Array, most: number): number {
  if (most >= bytes.length) return bytes.length
  if (bytes[most - 1] === PERCENT) return most - 1
  return bytes[most - 2] === PERCENT ? most - 2 : most
}

/** In their own place. */
function unescaped(bytes: Buffer): Uint8Array {
  let length = 0
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] === PERCENT ? hexByte(bytes, at + 1) : undefined
    bytes[length++] = byte ?? (bytes[at] === PLUS ? SPACE : bytes[at]!)
    if (byte !== undefined) at += 2
  }
  return bytes.subarray(0, length)
}

const AMPERSAND = 0x26
const EQUALS = 0x3d
const PERCENT = 0x25
const PLUS = 0x2b
const SPACE = 0x20

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
