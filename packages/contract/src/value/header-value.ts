const HEADER_VALUE = /^[\t\x20-\x7e\x80-\ud7ff\ue000-\u{10ffff}]*$/u

/**
 * Whether a header's value may be this: tab and every printable character. What is not ASCII travels as UTF-8, so a half of a surrogate
 * pair, which has no bytes, is none.
 *
 * @example isHeaderValue('a\nb') // false
 */
export function isHeaderValue(text: string): boolean {
  return HEADER_VALUE.test(text)
}

/** Of one header, with its name: clients and proxies break on longer ones, many at 8 KiB. */
export const HEADER_BYTES_MAX = 8 * 1024
/** Of all headers that an operator or a sender's data decides. */
export const HEADERS_BYTES_MAX = 16 * 1024

/** Why headers cannot be taken as they are. */
export interface HeadersFault {
  /** Undefined where no one header is to blame. */
  readonly name: string | undefined
  readonly message: string
}

/**
 * Whether headers are too long for whoever is to read them; of replies as of requests.
 *
 * @example headersFault({ 'X-A': 'a'.repeat(9000) }) // { name: 'X-A', message: 'The header X-A has 9007 bytes; it may have 8192.' }
 */
export function headersFault(headers: Readonly<Record<string, string | readonly string[]>>): HeadersFault | undefined {
  let all = 0
  for (const [name, value] of Object.entries(headers)) {
    for (const one of typeof value === 'string' ? [value] : value) {
      const bytes = headerBytes(name, one)
      if (bytes > HEADER_BYTES_MAX) return { name, message: `The header ${name} has ${bytes} bytes; it may have ${HEADER_BYTES_MAX}.` }
      all += bytes
    }
  }
  if (all <= HEADERS_BYTES_MAX) return undefined
  return { name: undefined, message: `The headers have ${all} bytes together; they may have ${HEADERS_BYTES_MAX}.` }
}

/** `name: value` and the line's end, as they are written. A character has three bytes at most, so most need not be counted. */
function headerBytes(name: string, value: string): number {
  const rest = name.length + 4
  return value.length * 3 + rest <= 256 ? value.length + rest : new TextEncoder().encode(value).length + rest
}
