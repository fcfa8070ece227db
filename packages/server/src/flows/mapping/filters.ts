import { Context, Liquid, toValueSync } from 'liquidjs'
import { depthOfJson, isRawNumber, limits, parseExactJson } from '#domain'
import { toText } from './values.ts'

/**
 * LiquidJS's filters, those that are safe: pure, of bounded output, and that never read their data as code. Left out are
 * `where_exp` and its kin (they evaluate text, which may have come from a request), `sample` (random), and the digests (asynchronous).
 */
// oxfmt-ignore
const borrowed = [
  'append', 'prepend', 'upcase', 'downcase', 'capitalize', 'strip', 'lstrip', 'rstrip', 'squish', 'normalize_whitespace',
  'strip_html', 'strip_newlines', 'newline_to_br', 'truncate', 'truncatewords', 'number_of_words', 'slice', 'split',
  'replace', 'replace_first', 'replace_last', 'remove', 'remove_first', 'remove_last',
  'escape', 'escape_once', 'xml_escape', 'url_encode', 'url_decode', 'slugify', 'base64_encode', 'base64_decode',
  'abs', 'at_least', 'at_most', 'ceil', 'floor', 'round', 'plus', 'minus', 'times', 'divided_by', 'modulo', 'to_integer',
  'join', 'first', 'last', 'size', 'reverse', 'sort', 'sort_natural', 'map', 'sum', 'compact', 'concat', 'uniq', 'where', 'reject',
  'find', 'find_index', 'has', 'array_to_sentence_string',
  'date', 'date_to_xmlschema', 'date_to_rfc822', 'default',
] as const

/**
 * Characters and array places that the filters of one field may make, all together. Their time is bounded from outside: by `Turn` on
 * the event loop, by the pool in a process of its own. (LiquidJS has a limit of time, which it looks at only between the parts of a
 * template of its own, and none of ours is.)
 */
const MEMORY_LIMIT = 8 * 1024 * 1024
/** The same on the event loop; a field that needs more is rendered elsewhere. */
const INLINE_MEMORY_LIMIT = 256 * 1024

/** What `[[],[],[]]` becomes takes many times its characters. */
const VALUES_PER_CHARACTER = 4

const liquid = new Liquid({
  ownPropertyOnly: true,
  strictFilters: true,
  jsTruthy: true,
  timezoneOffset: 0,
  memoryLimit: MEMORY_LIMIT,
})

export type Filter = (value: unknown, args: readonly unknown[], budget: FilterBudget) => unknown

/** One field's allowance, shared by all its filters. Made only when a field has filters. */
export interface FilterBudget {
  readonly context: Context
}

export function filterBudget(inline: boolean): FilterBudget {
  return { context: new Context({}, liquid.options, { sync: true, memoryLimit: inline ? INLINE_MEMORY_LIMIT : MEMORY_LIMIT }) }
}

/** LiquidJS has no class of its own for it. */
export function isMemoryFault(error: unknown): boolean {
  return error instanceof Error && error.message.includes('memory alloc limit exceeded')
}

const filters = new Map<string, Filter>(borrowed.map((name) => [name, borrow(name)]))
filters.set('json', (value) => JSON.stringify(value ?? null))
filters.set('parse_json', (value, _args, { context }) => {
  if (typeof value !== 'string') return value ?? null
  context.memoryLimit.use(value.length * VALUES_PER_CHARACTER)
  // Brackets cannot nest deeper than there are characters.
  if (value.length > limits.jsonDepthMax && depthOfJson(value) > limits.jsonDepthMax) return null
  try {
    return parseExactJson(value)
  } catch {
    return null
  }
})
filters.set('string', (value) => toText(value))
filters.set('number', (value) => {
  const number = typeof value === 'string' && value.trim() === '' ? Number.NaN : Number(isRawNumber(value) ? value.rawJSON : value)
  return Number.isFinite(number) ? number : null
})

export const filterNames: readonly string[] = [...filters.keys()].sort()

export function findFilter(name: string): Filter | undefined {
  return filters.get(name)
}

function borrow(name: string): Filter {
  const implementation = liquid.filters[name]
  const handler = typeof implementation === 'function' ? implementation : implementation?.handler
  if (handler === undefined) throw new Error(`liquidjs has no filter ${name}`)
  return (value, args, budget) => {
    const self = { context: budget.context, liquid, token: undefined as never }
    return toValueSync(handler.apply(self, [withoutRaw(value), ...args.map(withoutRaw)]))
  }
}

/** The filters know only plain values; a number too long for a double goes to them as its text. */
function withoutRaw(value: unknown): unknown {
  if (isRawNumber(value)) return value.rawJSON
  return Array.isArray(value) && value.some(isRawNumber) ? value.map(withoutRaw) : value
}
