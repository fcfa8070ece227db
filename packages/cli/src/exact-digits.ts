/** Not yet in the types of TypeScript. */
const { rawJSON } = JSON as unknown as { rawJSON: (text: string) => unknown }

/**
 * JSON whose numbers are written again as they were: `119.00` and integers beyond 2^53 too, which are no numbers then but `JSON.rawJSON`.
 * All others stay numbers.
 */
export function parseExactly(text: string): unknown {
  return JSON.parse(text, (_, value: unknown, { source }: { source?: string } = {}) =>
    typeof value === 'number' && source !== undefined && String(value) !== source ? rawJSON(source) : value,
  )
}
