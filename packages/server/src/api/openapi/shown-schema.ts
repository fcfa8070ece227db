import { pointerParts, type JsonSchema } from '@posthorn/contract'

type Schema = Readonly<Record<string, unknown>>

const DEPTH_MAX = 8
const NODES_MAX = 2000
const numbers = ['minimum', 'maximum', 'minLength', 'maxLength', 'minItems', 'maxItems']

/**
 * A schema that somebody else wrote, as far as a page shows it: what its references mean stands in their place, `allOf` is joined, and
 * only what has its right form is left. No deeper and no larger than a page can be: a schema may hold itself, or be nonsense.
 */
export function shownSchema(document: unknown): JsonSchema {
  let nodes = 0

  const whole = (given: unknown, hops: number): Schema => {
    const schema = asObject(given)
    if (schema === undefined || hops > DEPTH_MAX || ++nodes > NODES_MAX) return {}
    const { $ref, allOf, ...own } = schema
    const parts = [...(typeof $ref === 'string' ? [at(document, $ref)] : []), ...asList(allOf)]
    return parts.reduce<Schema>((sum, part) => joined(whole(part, hops + 1), sum), own)
  }

  const shown = (given: unknown, depth: number): JsonSchema => {
    if (depth > DEPTH_MAX) return {}
    const schema = whole(given, 0)
    const { type, format, description, enum: choices, required, properties, items, oneOf, anyOf } = schema
    const options = asList(oneOf ?? anyOf)
    const list: JsonSchema = {
      ...(isType(type) && { type }),
      ...(typeof format === 'string' && { format }),
      ...(typeof description === 'string' && { description }),
      ...('const' in schema && { const: schema['const'] }),
      ...('default' in schema && { default: schema['default'] }),
      ...(Array.isArray(choices) && { enum: choices }),
      ...(options.length > 0 && { oneOf: options.map((option) => shown(option, depth + 1)) }),
      ...(asObject(items) && { items: shown(items, depth + 1) }),
      ...(Array.isArray(required) && { required: required.filter((name) => typeof name === 'string') }),
      ...Object.fromEntries(numbers.flatMap((name) => (typeof schema[name] === 'number' ? [[name, schema[name]]] : []))),
    }
    const members = Object.entries(asObject(properties) ?? {})
    if (members.length === 0) return list
    return { ...list, properties: Object.fromEntries(members.map(([name, member]) => [name, shown(member, depth + 1)])) }
  }
  return shown(document, 0)
}

function joined(a: Schema, b: Schema): Schema {
  const properties = { ...asObject(a['properties']), ...asObject(b['properties']) }
  const required = [...asList(a['required']), ...asList(b['required'])]
  return { ...a, ...b, ...(Object.keys(properties).length > 0 && { properties }), ...(required.length > 0 && { required }) }
}

/** `#/definitions/invoice`. */
function at(document: unknown, reference: string): unknown {
  if (reference === '#') return document
  if (!reference.startsWith('#/')) return undefined
  return pointerParts(reference.slice(1)).reduce<unknown>(
    (value, name) => (asObject(value) && Object.hasOwn(value as object, name) ? (value as Schema)[name] : undefined),
    document,
  )
}

function asObject(value: unknown): Schema | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Schema) : undefined
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function isType(type: unknown): type is string | string[] {
  return typeof type === 'string' || (Array.isArray(type) && type.every((one) => typeof one === 'string'))
}
