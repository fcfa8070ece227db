import { isUtf8 } from 'node:buffer'

/** Text of bytes by their charset; undefined if they are not of it, or nobody knows it. A byte order mark wins over what is declared, and is taken off. */
export function decodeText(body: Uint8Array, charset: string | undefined): string | undefined {
  const marked = byteOrderMark(body)
  const encoding = marked ?? charset ?? 'utf-8'
  if (encoding === 'utf-8' && marked === undefined) return isUtf8(body) ? utf8.decode(body) : undefined
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(body)
  } catch {
    return undefined
  }
}

/** The same, with U+FFFD for what is not of the charset, and UTF-8 where nobody knows it. */
export function textOf(body: Uint8Array, charset: string | undefined): string {
  return new TextDecoder(charset === undefined ? 'utf-8' : knownCharset(charset)).decode(body)
}

// For bytes that are known to be text: a decoder that reports it takes 10 µs to throw. A Buffer that views the bytes is slower.
const utf8 = new TextDecoder()

/** The charset's own name, by any of its names in the WHATWG's encoding standard; undefined if that does not have it. */
export function knownCharset(label: string): string | undefined {
  if (label === 'utf-8') return label
  try {
    return new TextDecoder(label).encoding
  } catch {
    return undefined
  }
}

/** The charset that an XML declaration names (XML 1.0, 4.3.3), in lower case; undefined if there is none. */
export function declaredInXml(body: Uint8Array): string | undefined {
  const start = Buffer.from(body.buffer, body.byteOffset, Math.min(body.length, XML_DECLARATION_BYTES_MAX)).toString('latin1')
  return /^<\?xml[^>]*?\sencoding\s*=\s*["']([\w.:-]+)["']/.exec(start)?.[1]?.toLowerCase()
}

const XML_DECLARATION_BYTES_MAX = 200

export function byteOrderMark(body: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' | undefined {
  if (body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf) return 'utf-8'
  if (body[0] === 0xff && body[1] === 0xfe) return 'utf-16le'
  if (body[0] === 0xfe && body[1] === 0xff) return 'utf-16be'
  return undefined
}
