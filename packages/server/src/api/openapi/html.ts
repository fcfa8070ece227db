/** Text that is HTML already. */
export class Html {
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  get length(): number {
    return this.#text.length
  }

  toString(): string {
    return this.#text
  }
}

type Part = string | number | Html | false | undefined | readonly Part[]

/**
 * Writes HTML; whatever is put into it is escaped unless it is HTML itself.
 *
 * @example html`<b>${'<'}</b>` // <b>&lt;</b>
 */
export function html(texts: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(texts.reduce((whole, text, i) => whole + written(parts[i - 1]) + text))
}

/** Text of our own that must stand as it is, such as a style sheet. */
html.raw = (text: string): Html => new Html(text)

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

function written(part: Part): string {
  if (part === undefined || part === false) return ''
  if (part instanceof Html) return String(part)
  if (Array.isArray(part)) return part.map((one: Part) => written(one)).join('')
  return String(part).replace(/[&<>"']/g, (character) => escapes[character]!)
}
