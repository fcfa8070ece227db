import { AppError } from '#domain'
import type { ByteRange } from '#store'

/** Bytes of a download that are not there: how many there are. */
export class RangeOutside extends AppError {
  readonly length: number

  constructor(length: number) {
    super('range_not_satisfiable', {
      detail: `There are ${length} bytes, and none of them is in this Range. Leave it out for all of them.`,
    })
    this.length = length
  }
}

const ONE_RANGE = /^bytes\s*=\s*(\d{0,15})-(\d{0,15})\s*$/i

/**
 * What of `length` bytes a Range header asks for (RFC 9110, 14); undefined: all of them, which is also the answer to several ranges, to other
 * units, and to an If-Range that names another version. Throws `RangeOutside` where nothing of it is there.
 */
export function rangeOf(
  asked: { readonly range: string | undefined; readonly ifRange: string | undefined },
  of: { length: number; tag: string },
): ByteRange | undefined {
  if (asked.range === undefined || (asked.ifRange !== undefined && asked.ifRange !== of.tag)) return undefined
  const [, first = '', last = ''] = ONE_RANGE.exec(asked.range) ?? []
  if (first === '' && last === '') return undefined
  if (first === '') return lastBytes(Number(last), of.length)
  const start = Number(first)
  // A range that ends before it begins is no range.
  if (last !== '' && Number(last) < start) return undefined
  if (start >= of.length) throw new RangeOutside(of.length)
  return { start, end: last === '' ? of.length : Math.min(Number(last) + 1, of.length) }
}

function lastBytes(count: number, length: number): ByteRange {
  if (count === 0 || length === 0) throw new RangeOutside(length)
  return { start: Math.max(0, length - count), end: length }
}
