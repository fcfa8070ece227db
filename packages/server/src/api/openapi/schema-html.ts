import type { JsonSchema } from '@posthorn/contract'
import { html, type Html } from './html.ts'

const DEPTH_MAX = 6

/** What a value may be, in a few words: `text`, `list of FlowStep`, `one of "2xx", list of integer`. */
export function schemaWord(schema: JsonSchema): Html {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.slice(schema.$ref.lastIndexOf('/') + 1)
    return html`<a href="#schema-${name}">${name}</a>`
  }
  const options = (schema['oneOf'] ?? schema['anyOf']) as readonly JsonSchema[] | undefined
  if (options) return html`${joined(options.map(schemaWord), ' or ')}`
  if (schema['const'] !== undefined) return html`<code>${JSON.stringify(schema['const'])}</code>`
  if (Array.isArray(schema['enum']))
    return html`${joined(
      schema['enum'].map((value) => html`<code>${JSON.stringify(value)}</code>`),
      ', ',
    )}`
  if (schema.type === 'array') return html`list of ${schemaWord((schema['items'] ?? {}) as JsonSchema)}`
  const type = [schema.type ?? 'anything'].flat().map((word) => (word === 'string' ? 'text' : word))
  return html`${type.join(' or ')}${schema.format === undefined ? '' : ` (${schema.format})`}`
}

/** The fields of an object, or each of its forms. */
export function schemaFields(schema: JsonSchema, depth = 0): Html {
  const options = (schema['oneOf'] ?? schema['anyOf']) as readonly JsonSchema[] | undefined
  if (options)
    return html`${options.map(
      (option) =>
        html`<h3>${formOf(option)}</h3>
          ${schemaFields(option, depth)}`,
    )}`
  if (!schema.properties) return html`<p>${schemaWord(schema)}</p>`
  const required = new Set(schema.required)
  return html`<table>
    ${Object.entries(schema.properties).map(
      ([name, field]) =>
        html`<tr>
          <td><code>${name}</code></td>
          <td>
            ${schemaWord(field)}${required.has(name) ? '' : ', optional'}
            <span class="quiet">${field['description'] as string | undefined}${bounds(field)}</span>${within(field, depth)}
          </td>
        </tr>`,
    )}
  </table>`
}

function within(field: JsonSchema, depth: number): Html | false {
  const inner = field.type === 'array' ? ((field['items'] ?? {}) as JsonSchema) : field
  return depth < DEPTH_MAX && inner.properties !== undefined && schemaFields(inner, depth + 1)
}

/** A form is known by its kind, if it has one. */
function formOf(option: JsonSchema): string {
  const kind = option.properties?.['kind']?.['const']
  return typeof kind === 'string' ? kind : 'or'
}

const limits: Readonly<Record<string, string>> = {
  minimum: 'at least',
  maximum: 'at most',
  minLength: 'characters at least',
  maxLength: 'characters at most',
  maxItems: 'items at most',
  default: 'default',
}

function bounds(field: JsonSchema): string {
  const words = Object.entries(limits).flatMap(([keyword, word]) => {
    const value = field[keyword]
    return value === undefined || (typeof value === 'number' && Math.abs(value) >= Number.MAX_SAFE_INTEGER)
      ? []
      : [`${word} ${JSON.stringify(value)}`]
  })
  return words.length === 0 ? '' : ` ${words.join(', ')}.`
}

function joined(parts: readonly Html[], between: string): readonly (Html | string)[] {
  return parts.flatMap((part, i) => (i === 0 ? [part] : [between, part]))
}
