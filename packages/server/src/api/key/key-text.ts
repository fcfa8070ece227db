import { hash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import type { Random } from '#platform'

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/**
 * A key as its owner sees it: `phk_`, 43 base62 characters (256 random bits), 6 of a checksum, for those who search code and logs for
 * keys. Only its digest is kept. A key is judged by that alone and never by its form: one that an operator chose (POSTHORN_API_KEY) may
 * have any.
 */
export function makeKeyText(random: Random): string {
  const bytes = random.fill(new Uint8Array(32))
  const body = base62(BigInt(`0x${Buffer.from(bytes).toString('hex')}`), 43)
  return `phk_${body}${checksum(body)}`
}

export function keyDigest(text: string): string {
  return hash('sha256', text)
}

function checksum(body: string): string {
  return base62(BigInt(crc32(body)), 6)
}

function base62(value: bigint, length: number): string {
  let text = ''
  for (let i = 0; i < length; i++, value /= 62n) text = DIGITS[Number(value % 62n)]! + text
  return text
}
