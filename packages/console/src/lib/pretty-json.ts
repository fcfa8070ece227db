/** Beyond it a text is shown as it came: laying it out would hold the page. */
const PRETTY_MAX = 1_000_000

/**
 * JSON laid out with an indent of two, or the text as it is. Numbers and texts stay as they were written: the text is laid out, not
 * parsed and written again, so that 1e400, 1.10 and long integers are seen as they came.
 */
export function prettyJson(text: string): { readonly text: string; readonly json: boolean } {
  if (text.length > PRETTY_MAX || !isJson(text)) return { text, json: false }
  return { text: layOut(text), json: true }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

const token = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g

function layOut(json: string): string {
  let depth = 0
  let out = ''
  const line = (): string => `\n${'  '.repeat(depth)}`
  let before = ''
  for (const [part] of json.matchAll(token)) {
    if (part === '}' || part === ']') {
      depth--
      out += before === '{' || before === '[' ? part : line() + part
    } else {
      if (before === '{' || before === '[' || before === ',') out += line()
      out += part === ':' ? ': ' : part
      if (part === '{' || part === '[') depth++
    }
    before = part
  }
  return out
}
