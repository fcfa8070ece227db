/**
 * How a batch travels: its rows as JSON text, which V8 writes and PostgreSQL reads faster than arrays (client 1.8 ms against 3.4 ms
 * for 256 requests, the same on the server), and all bytes as one binary value that rows point into (as `bytea[]` they would travel
 * as hexadecimal: 15 ms against 8 ms).
 */
export interface Pack {
  /** Where the bytes stand, for `substring(pack from o for l)`. Nulls give null. */
  place(bytes: Uint8Array | null): { readonly o: number | null; readonly l: number | null }
  bytes(): Buffer
}

const nowhere = { o: null, l: null }

export function createPack(): Pack {
  const parts: Uint8Array[] = []
  let end = 1
  return {
    place(bytes) {
      if (bytes === null) return nowhere
      const place = { o: end, l: bytes.length }
      parts.push(bytes)
      end += bytes.length
      return place
    },
    bytes: () => Buffer.concat(parts, end - 1),
  }
}

/** What PostgreSQL refuses in text, as JSON escapes it: the zero character and halves of surrogate pairs. */
const UNSTORABLE = /\\u(?:0000|d[89a-f])/i

/** Null when empty, so that the function skips its statements. Text that PostgreSQL cannot store is made storable with U+FFFD. */
export function rowsText(rows: readonly object[]): string | null {
  if (rows.length === 0) return null
  const text = JSON.stringify(rows)
  return UNSTORABLE.test(text) ? JSON.stringify(rows, (_, value: unknown) => (typeof value === 'string' ? storable(value) : value)) : text
}

export function storable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\ufffd')
}
