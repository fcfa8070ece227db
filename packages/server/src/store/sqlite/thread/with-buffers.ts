/** A copy that crossed has bare bytes where there were Buffers: makes them Buffers again, in place, down to the values of rows. */
export function withBuffers<T>(value: T): T {
  if (Array.isArray(value)) for (const one of value) restore(one)
  return value
}

function restore(row: unknown): void {
  if (row === null || typeof row !== 'object') return
  const values = row as Record<string, unknown>
  for (const name in values) {
    const value = values[name]
    if (value instanceof Uint8Array) values[name] = Buffer.from(value.buffer, value.byteOffset, value.byteLength)
    else if (value !== null && typeof value === 'object') restore(value)
  }
}
