import { isUtf8 } from 'node:buffer'

export { headerFault, isHeaderValue, sentHeaderFault, sentReplyHeaderFault, trimHeaderValue } from '@posthorn/contract'

/** A header's value is UTF-8, in and out (decisions/encodings). Node hands and takes each byte as one character. */

const NOT_ASCII = /[^\x00-\x7f]/

export function isAscii(text: string): boolean {
  return !NOT_ASCII.test(text)
}

/** A value as text; what is not UTF-8 stays as Latin-1, which some old senders still write. */
export function headerText(wire: string): string {
  if (isAscii(wire)) return wire
  const bytes = Buffer.from(wire, 'latin1')
  return isUtf8(bytes) ? bytes.toString() : wire
}

/** Text as the value that Node writes byte for byte. A body that goes with such a head must be bytes, or Node encodes both again. */
export function headerWire(text: string): string {
  return isAscii(text) ? text : Buffer.from(text).toString('latin1')
}
