/** More is not looked at byte by byte. */
const BYTES_MAX = 64 * 1024

/** Offset, sixteen bytes, and what of them can be read. */
export function hexDump(bytes: Uint8Array): string {
  const lines: string[] = []
  for (let at = 0; at < Math.min(bytes.length, BYTES_MAX); at += 16) {
    const part = bytes.subarray(at, at + 16)
    const hex = Array.from(part, (byte) => byte.toString(16).padStart(2, '0')).join(' ')
    const text = Array.from(part, (byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('')
    lines.push(`${at.toString(16).padStart(8, '0')}  ${hex.padEnd(47)}  ${text}`)
  }
  if (bytes.length > BYTES_MAX) lines.push(`… ${bytes.length - BYTES_MAX} more bytes`)
  return lines.join('\n')
}
