/** Base64 and hexadecimal, with what Node and browsers have in common. */

export function encodeBase64(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return btoa(text)
}

export function encodeHex(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0')
  return text
}

/**
 * The one canonical spelling of base64: the standard alphabet, padded. It is read in either alphabet of RFC 4648, padded or not;
 * undefined for everything else, where `atob` takes spaces and `Buffer` skips what it does not know. Alphabets are not mixed.
 */
export function canonicalBase64(text: string): string | undefined {
  if (!/^(?:[A-Za-z0-9+/]*|[A-Za-z0-9_-]*)={0,2}$/.test(text)) return undefined
  const digits = text.replace(/=+$/, '')
  if (digits.length % 4 === 1 || (text.length !== digits.length && text.length % 4 !== 0)) return undefined
  return digits.replaceAll('-', '+').replaceAll('_', '/') + '='.repeat(-digits.length & 3)
}

/** The bytes of base64 in any spelling that `canonicalBase64` reads. Bits that the last digit leaves unused are passed over. */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  const canonical = canonicalBase64(text)
  return canonical === undefined ? undefined : Uint8Array.from(atob(canonical), (character) => character.charCodeAt(0))
}

/**
 * A signature in its canonical spelling, so that comparing texts compares bytes: hex in either case, base64 in either alphabet, padded
 * or not. Undefined for what is neither. Unused bits of the last digit stay as they are: set, they make it another text, and so no
 * signature has a near-copy that passes.
 *
 * @example canonicalSignature('AB12', 'hex') // 'ab12'
 */
export function canonicalSignature(text: string, encoding: 'hex' | 'base64'): string | undefined {
  if (encoding === 'base64') return canonicalBase64(text)
  return /^[0-9a-fA-F]*$/.test(text) ? text.toLowerCase() : undefined
}
