import type { OutputUnit, Schema } from '@cfworker/json-schema'
import { schemaOfSchemas } from './schema-of-schemas.ts'

/**
 * What a schema has and what may stand there, of the deepest of its faults: `properties.total.type is "numbr", and has to be one of ...`. The
 * validator's own words name neither where a keyword takes one of several forms.
 */
export function schemaFault(
  schema: unknown,
  errors: readonly OutputUnit[],
  pathOf: (parts: readonly string[]) => string,
): string | undefined {
  const [first] = errors.toSorted((one, other) => depthOf(other) - depthOf(one))
  if (first === undefined) return undefined
  const parts = partsOf(first.instanceLocation)
  const path = pathOf(parts)
  if (first.keyword === 'false') return `${path} is none of the keywords of JSON Schema.`
  const given = JSON.stringify(parts.reduce<unknown>((value, part) => (value as Record<string, unknown>)[part], schema))
  const expected = parts.reduce<Schema[]>((forms, part) => forms.flatMap((form) => formsWithin(form, part)), formsOf(schemaOfSchemas))
  return `${path === '' ? 'It' : path} is ${given.slice(0, SHOWN_MAX)}, and has to be ${formsInWords(expected)}.`
}

const SHOWN_MAX = 80

const depthOf = ({ instanceLocation }: OutputUnit): number => partsOf(instanceLocation).length

/** Of `#/properties/a~1b`. */
export const partsOf = (location: string): string[] =>
  location
    .split('/')
    .slice(1)
    .map((part) => decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~'))

const theSchema = schemaOfSchemas.$defs!['schema'] as Schema

/** The forms that a value may have, without those that lead to others. */
function formsOf(form: Schema | true): Schema[] {
  if (form === true) return []
  if (form.$ref !== undefined) return [theSchema]
  return form.anyOf === undefined ? [form] : form.anyOf.flatMap((one) => formsOf(one as Schema))
}

function formsWithin(form: Schema, part: string): Schema[] {
  const within = form.type === 'array' ? form.items : (form.properties?.[part] ?? form.additionalProperties)
  return within === undefined || within === false ? [] : formsOf(within as Schema | true)
}

const formsInWords = (forms: readonly Schema[]): string => forms.map((form) => inWords(form, forms)).join(', or ')

function inWords(form: Schema, beside: readonly Schema[]): string {
  if (form === theSchema) return 'a schema (an object, true or false)'
  if (form.enum !== undefined) return `one of ${form.enum.map((one) => JSON.stringify(one)).join(', ')}`
  if (form.type === 'array') return listInWords(form, beside)
  if (form.type === 'object') return `an object, each field ${formsInWords(formsOf(form.additionalProperties as Schema))}`
  if (form.type === 'integer') return 'a whole number of 0 or more'
  if (form.type === 'number') return form.exclusiveMinimum === undefined ? 'a number' : 'a number above 0'
  return form.type === 'string' ? 'a text' : 'true or false'
}

function listInWords({ items, minItems }: Schema, beside: readonly Schema[]): string {
  const parts = items === undefined ? [] : formsOf(items as Schema)
  const list = `a list${minItems === 1 ? ' with at least one part' : ''}`
  if (parts.length === 0) return list
  return `${list}, each part ${parts.every((part) => beside.includes(part)) ? 'one of these' : formsInWords(parts)}`
}
