import { limits } from '#domain'
import { TooLargeError } from '../segment/json-within.ts'
import { compileExpression, type Expression, type Names } from './expression.ts'
import type { MappingContext } from './context.ts'
import { TemplateError } from './tokens.ts'
import { textWithin } from './values.ts'

/** A text cut at its `{{ }}`: fixed pieces and expressions, in order. */
export interface Template {
  readonly source: string
  readonly parts: readonly (string | Expression)[]
  readonly readsSecrets: boolean
}

/** Cuts and compiles. Throws `TemplateError`; done once, when a flow is published or loaded. */
export function parseTemplate(source: string, names: Names): Template {
  const parts: (string | Expression)[] = []
  let at = 0
  for (let open = source.indexOf('{{', at); open >= 0; open = source.indexOf('{{', at)) {
    if (open > at) parts.push(source.slice(at, open))
    const close = endOfExpression(source, open + 2)
    parts.push(compileExpression(source, { from: open + 2, to: close }, names))
    at = close + 2
  }
  if (at < source.length || parts.length === 0) parts.push(source.slice(at))
  for (const part of parts) refuseTags(part)
  return { source, parts, readsSecrets: parts.some((part) => typeof part !== 'string' && part.readsSecrets) }
}

/** The place of the `}}` that closes; one inside quotes does not. */
function endOfExpression(source: string, from: number): number {
  let quote = ''
  for (let at = from; at < source.length; at++) {
    const character = source[at]!
    if (quote !== '') {
      if (character === quote) quote = ''
    } else if (character === '"' || character === "'") quote = character
    else if (character === '}' && source[at + 1] === '}') return at
  }
  throw new TemplateError('"{{" is never closed by "}}"', from - 2)
}

/** Not a regular expression: that would look for the end from every beginning. */
function refuseTags(part: string | Expression): void {
  const at = typeof part === 'string' ? part.indexOf('{%') : -1
  if (at >= 0 && (part as string).includes('%}', at + 2)) {
    throw new TemplateError('tags such as {% if %} are not available; use a branch step or a transform', at)
  }
}

/** The expression of a field that is nothing else, so that it keeps its type. Undefined for text. */
export function soleExpression(template: Template): Expression | undefined {
  const meaning = template.parts.filter((part) => typeof part !== 'string' || part.trim() !== '')
  const [only] = meaning
  return meaning.length === 1 && typeof only === 'object' ? only : undefined
}

/** Nothing that a step makes may be larger, so a text that is longer need not be put together: parts can be the same body a thousand times. */
const TEXT_CHARACTERS_MAX = limits.stepOutputBytesMax

function textOf(value: unknown, { turn }: MappingContext): string | undefined {
  if (turn !== null && typeof value === 'object') turn.weigh(value)
  return textWithin(value, TEXT_CHARACTERS_MAX)
}

/** Text with its values filled in. */
export function compileText(template: Template): (context: MappingContext) => string {
  const { parts } = template
  const [first] = parts
  if (parts.length === 1 && typeof first === 'string') return () => first
  return (context) => {
    let text = ''
    for (const part of parts) {
      const more = typeof part === 'string' ? part : textOf(part.evaluate(context), context)
      if (more === undefined || text.length + more.length > TEXT_CHARACTERS_MAX)
        throw new TooLargeError(`A text of this step is longer than ${TEXT_CHARACTERS_MAX} characters.`)
      text += more
    }
    return text
  }
}

/** The value of a field: of its own type if it is exactly one `{{ }}`, else text. Nothing becomes null. */
export function compileValue(template: Template): (context: MappingContext) => unknown {
  const sole = soleExpression(template)
  return sole ? (context) => sole.evaluate(context) ?? null : compileText(template)
}
