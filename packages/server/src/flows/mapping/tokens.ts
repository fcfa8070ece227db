/** The words of an expression between `{{` and `}}`. */
export interface Token {
  readonly kind: 'name' | 'text' | 'number' | 'operator' | 'end'
  readonly value: string
  /** Column in the field, from 0. */
  readonly at: number
}

/** What is wrong with a template, and the column where. Thrown while a flow is compiled, and caught there. */
export class TemplateError extends Error {
  readonly at: number

  constructor(message: string, at: number) {
    super(message)
    this.name = 'TemplateError'
    this.at = at
  }
}

const space = /\s+/y
const name = /[\p{L}_][\p{L}\p{N}_-]*/uy
const number = /-?(0|[1-9]\d*)(\.\d+)?/y
const operator = /==|!=|<>|>=|<=|>|<|\||\.|,|:|\(|\)|\[|\]/y

/** Splits `source` from `from` to `to` into words. */
export function tokenize(source: string, from: number, to: number): Token[] {
  const tokens: Token[] = []
  const take = (pattern: RegExp, at: number): string | undefined => {
    pattern.lastIndex = at
    return pattern.exec(source)?.[0]
  }
  let at = from
  while (at < to) {
    const blank = take(space, at)
    if (blank !== undefined) {
      at += blank.length
      continue
    }
    const token = take(name, at)
    const quote = source[at]
    if (token !== undefined) tokens.push({ kind: 'name', value: token, at })
    else if (quote === '"' || quote === "'") tokens.push(quoted(source, at, quote, to))
    else {
      const digits = take(number, at)
      const sign = take(operator, at)
      if (digits !== undefined) tokens.push({ kind: 'number', value: digits, at })
      else if (sign !== undefined) tokens.push({ kind: 'operator', value: sign, at })
      else throw new TemplateError(`"${String.fromCodePoint(source.codePointAt(at) ?? 0)}" means nothing here`, at)
    }
    const last = tokens.at(-1)
    at += last?.kind === 'text' ? last.value.length + 2 : (last?.value.length ?? 1)
  }
  tokens.push({ kind: 'end', value: '', at: to })
  return tokens
}

/** Quoted text is taken as it stands: no escapes, as in Liquid; the other quote is there for a text with one inside. */
function quoted(source: string, at: number, quote: string, to: number): Token {
  const end = source.indexOf(quote, at + 1)
  if (end < 0 || end >= to) throw new TemplateError('this text is not closed', at)
  return { kind: 'text', value: source.slice(at + 1, end), at }
}
