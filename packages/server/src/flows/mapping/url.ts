import { isCredentialParameter } from '#domain'
import type { MappingContext } from './context.ts'
import type { Template } from './template.ts'
import { TemplateError } from './tokens.ts'
import { textWithin } from './values.ts'

export type UrlResult = { readonly ok: true; readonly url: string } | { readonly ok: false; readonly message: string }

export interface UrlSlot {
  readonly evaluate: (context: MappingContext) => UrlResult
  /** What its owner should know, in sentences: none of it is refused (R10, R31). */
  readonly warnings: readonly string[]
}

/**
 * A URL whose path and query may be templated: values are percent-encoded, so they stay inside their place, and a value can
 * never make a `..` segment. The scheme and host are fixed text unless the owner opted in (R4). Throws `TemplateError`.
 */
export function compileUrl(template: Template, templatedHost: boolean): UrlSlot {
  const { parts } = template
  const [first] = parts
  if (parts.length === 1 && typeof first === 'string') return fixedUrl(first)
  const origin = typeof first === 'string' ? /^https?:\/\/[^/?#\\@\s]+(?=[/?#])/i.exec(first)?.[0] : undefined
  if (origin === undefined && !templatedHost) {
    throw new TemplateError('only the path and the query of a URL may have {{ }}; set templatedHost to allow it in the host', 0)
  }
  const render = (context: MappingContext): string | undefined => {
    let text = ''
    for (const part of parts) {
      const value = typeof part === 'string' ? part : textWithin(part.evaluate(context), URL_CHARACTERS_MAX)
      context.turn?.tick()
      if (value === undefined || text.length > URL_CHARACTERS_MAX) return undefined
      // What is no text in Unicode is refused below, and `encodeURIComponent` would throw for it.
      text += typeof part === 'string' || origin === undefined || !value.isWellFormed() ? value : encodeURIComponent(value)
    }
    return text
  }
  const evaluate = (context: MappingContext): UrlResult => {
    const text = render(context)
    return text === undefined ? tooLong : checked(text, origin)
  }
  return { evaluate, warnings: warningsOf(template.source) }
}

/** Stands before a path while it is looked at, so that all rules of URLs hold for it. */
const ANY_ORIGIN = 'https://connection.invalid'

/** What comes behind the address of a connection, as a URL below an origin that nobody calls: see `pathWithin`. */
export function compilePath({ source, parts, readsSecrets }: Template): UrlSlot {
  const [first, ...rest] = parts
  if (typeof first !== 'string' || !first.startsWith('/')) {
    throw new TemplateError('with "system", give a path that begins with "/": it comes behind the address of the connection', 0)
  }
  return compileUrl({ source: ANY_ORIGIN + source, parts: [ANY_ORIGIN + first, ...rest], readsSecrets }, false)
}

export const pathWithin = (url: string): string => url.slice(ANY_ORIGIN.length)

/** Longer than any server takes; most take 8 KB. */
const URL_CHARACTERS_MAX = 65_536

const tooLong: UrlResult = { ok: false, message: `the URL is longer than ${URL_CHARACTERS_MAX} characters` }

function fixedUrl(text: string): UrlSlot {
  const result = checked(text, undefined)
  if (!result.ok) throw new TemplateError(result.message, 0)
  return { evaluate: () => result, warnings: warningsOf(text) }
}

function checked(text: string, origin: string | undefined): UrlResult {
  // The URL parser removes these in silence, so that the URL would not be the one that was written.
  if (/[\u0000-\u0020\\]/.test(text)) return { ok: false, message: 'the URL contains a space, a backslash or a control character' }
  if (!text.isWellFormed()) return { ok: false, message: 'the URL contains half of a surrogate pair, which is no character' }
  if (origin !== undefined && /\/\.{1,2}(?=[/?#]|$)/.test(text.slice(origin.length)))
    return { ok: false, message: 'a value would make a "." or ".." segment of the URL' }
  if (!/^https?:/i.test(text)) return { ok: false, message: 'a URL begins with https:// or http://' }
  if (!URL.canParse(text)) return { ok: false, message: 'this is not a URL' }
  const url = new URL(text)
  return { ok: true, url: url.href }
}

function warningsOf(source: string): string[] {
  const warnings: string[] = []
  if (/^http:/i.test(source)) warnings.push('The URL is not https, so the payload and its credentials travel readable.')
  if (/^https?:\/\/[^/?#]*@/i.test(source) || [...source.matchAll(/[?&]([^=&#]+)=/g)].some(([, name]) => isCredentialParameter(name!))) {
    warnings.push('The URL seems to hold a credential. URLs end up in logs: use bearerToken or a header instead.')
  }
  return warnings
}
