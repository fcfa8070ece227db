/** A class of Unicode is made of this many ranges or so. */
const UNICODE_CLASS = 30

interface Group {
  total: number
  last: number
}

/**
 * About how many instructions a pattern becomes once its repeats are written out: `\w{500}` is seven characters and 500
 * instructions, and 2,000 of them take seconds to compile. Too high rather than too low, and counted from the text alone in one pass.
 */
export function expandedSize(source: string): number {
  const open: Group[] = []
  let here: Group = { total: 0, last: 0 }
  const atom = (size: number): void => {
    here.total += here.last
    here.last = size
  }
  for (let at = 0; at < source.length;) {
    const character = source[at]!
    const repeat = repeatAt(source, at)
    if (repeat !== undefined) {
      here.last *= repeat.times
      at += repeat.length
    } else if (character === '(') {
      open.push(here)
      here = { total: 0, last: 0 }
      at += 1
    } else if (character === ')') {
      const size = here.total + here.last + 2
      here = open.pop() ?? here
      atom(size)
      at += 1
    } else {
      const { size, length } = character === '[' ? classAt(source, at) : character === '\\' ? escapeAt(source, at) : { size: 1, length: 1 }
      atom(size)
      at += length
    }
  }
  return [here, ...open].reduce((sum, { total, last }) => sum + total + last, 0)
}

function repeatAt(source: string, at: number): { times: number; length: number } | undefined {
  if ('*+?'.includes(source[at]!)) return { times: 2, length: 1 }
  const [whole, least = '0', , most] = /^\{(\d+)(,(\d*))?\}/.exec(source.slice(at, at + 24)) ?? []
  return whole === undefined ? undefined : { times: Math.max(Number(most ?? 0), Number(least) + 1), length: whole.length }
}

/** `\d`, `\pL`, `\p{Greek}`, `\x{1F600}`: braces behind these letters are no repeat. */
function escapeAt(source: string, at: number): { size: number; length: number } {
  const letter = source[at + 1] ?? ''
  const braces = 'pPxuk'.includes(letter) && source[at + 2] === '{' ? source.indexOf('}', at) : -1
  return { size: 'pP'.includes(letter) ? UNICODE_CLASS : 1, length: braces === -1 ? 2 : braces - at + 1 }
}

function classAt(source: string, at: number): { size: number; length: number } {
  let [size, end] = [1, at + 1]
  for (; end < source.length && source[end] !== ']'; end++) {
    if (source[end] !== '\\') continue
    if ('pP'.includes(source[end + 1] ?? ' ')) size += UNICODE_CLASS
    end++
  }
  return { size, length: end - at + 1 }
}
