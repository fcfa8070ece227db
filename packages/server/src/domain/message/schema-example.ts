import { pointerParts } from '../json-pointer.ts'

/**
 * A value that a JSON Schema describes: for documentation and test events where nobody wrote an example. It takes the schema's own words
 * first (`example`, `examples`, `const`, `default`, `enum`), then makes the least that its bounds allow, with every property that is
 * named. References are followed within the document. A `pattern` is not obeyed: running a stranger's regular expressions is not worth it.
 * Undefined where nothing can be made of it.
 */
export function schemaExample(document: unknown): unknown {
  return exampleAt(document, { document, depth: 0, spent: { nodes: 0 } })
}

type Schema = Readonly<Record<string, unknown>>

interface Place {
  readonly document: unknown
  readonly depth: number
  /** Shared over the whole walk: a few lines of references can describe more than there is memory for. */
  readonly spent: { nodes: number }
}

const DEPTH_MAX = 16
const NODES_MAX = 2000
const ITEMS_MAX = 10
const TEXT_MAX = 1000

function exampleAt(given: unknown, place: Place): unknown {
  if (place.depth > DEPTH_MAX || ++place.spent.nodes > NODES_MAX) return undefined
  const schema = resolved(given, place)
  if (schema === undefined) return given === true ? {} : undefined
  const said = saidBy(schema)
  if (said !== undefined) return said
  switch (typeOf(schema)) {
    case 'object':
      return objectOf(schema, deeper(place))
    case 'array':
      return arrayOf(schema, deeper(place))
    case 'string':
      return textOf(schema)
    case 'integer':
      return numberOf(schema, 1)
    case 'number':
      return numberOf(schema, 1.5)
    case 'boolean':
      return true
    case 'null':
      return null
    default:
      return undefined
  }
}

function deeper(place: Place): Place {
  return { ...place, depth: place.depth + 1 }
}

/** What the schema gives itself. */
function saidBy(schema: Schema): unknown {
  const { example, examples, const: only, default: usual, enum: choices } = schema
  if (example !== undefined) return example
  if (Array.isArray(examples) && examples.length > 0) return examples[0]
  if (only !== undefined) return only
  if (usual !== undefined) return usual
  return Array.isArray(choices) ? choices[0] : undefined
}

/** Follows `$ref`, and joins what `allOf`, `anyOf` and `oneOf` add to the schema. Undefined: it is none. */
function resolved(given: unknown, place: Place): Schema | undefined {
  let schema = asObject(given)
  for (let i = 0; schema?.['$ref'] !== undefined; i++) {
    if (i > DEPTH_MAX) return undefined
    const { $ref, ...beside } = schema
    const target = asObject(pointed(place.document, String($ref)))
    schema = target && joined(target, beside)
  }
  if (schema === undefined || place.depth > DEPTH_MAX) return schema
  const { allOf, anyOf, oneOf, ...own } = schema
  const parts = [...(Array.isArray(allOf) ? allOf : []), ...first(anyOf), ...first(oneOf)]
  return parts.reduce<Schema>((whole, part) => {
    if (++place.spent.nodes > NODES_MAX) return whole
    return joined(whole, resolved(part, deeper(place)) ?? {})
  }, own)
}

/** Of alternatives the first that is not null. */
function first(options: unknown): readonly unknown[] {
  if (!Array.isArray(options)) return []
  const chosen = options.findIndex((option) => asObject(option)?.['type'] !== 'null')
  return options.length === 0 ? [] : [options[Math.max(0, chosen)]]
}

function joined(a: Schema, b: Schema): Schema {
  const properties = { ...asObject(a['properties']), ...asObject(b['properties']) }
  const required = [a['required'], b['required']].flatMap((names) => (Array.isArray(names) ? names : []))
  return {
    ...a,
    ...b,
    ...(Object.keys(properties).length > 0 && { properties }),
    ...(required.length > 0 && { required }),
  }
}

/** `#/definitions/invoice`, as RFC 6901 has it. */
function pointed(document: unknown, reference: string): unknown {
  if (reference === '#') return document
  if (!reference.startsWith('#/')) return undefined
  let at: unknown = document
  for (const name of pointerParts(unescaped(reference.slice(1)))) {
    at = typeof at === 'object' && at !== null && Object.hasOwn(at, name) ? (at as Readonly<Record<string, unknown>>)[name] : undefined
  }
  return at
}

function unescaped(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

function asObject(value: unknown): Schema | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Schema) : undefined
}

function typeOf(schema: Schema): unknown {
  const { type } = schema
  if (Array.isArray(type)) return type.find((one) => one !== 'null') ?? 'null'
  if (type !== undefined) return type
  if (schema['properties'] !== undefined || schema['required'] !== undefined || schema['additionalProperties'] !== undefined)
    return 'object'
  if (schema['items'] !== undefined || schema['prefixItems'] !== undefined) return 'array'
  if (['format', 'pattern', 'minLength', 'maxLength'].some((word) => schema[word] !== undefined)) return 'string'
  if (['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'].some((word) => schema[word] !== undefined))
    return 'number'
  return undefined
}

function objectOf(schema: Schema, place: Place): Readonly<Record<string, unknown>> {
  const members: [string, unknown][] = []
  const add = (name: string, value: unknown) => {
    if (value !== undefined) members.push([name, value])
  }
  for (const [name, property] of Object.entries(asObject(schema['properties']) ?? {})) add(name, exampleAt(property, place))
  const further = schema['additionalProperties']
  for (const name of Array.isArray(schema['required']) ? schema['required'].slice(0, NODES_MAX) : []) {
    if (typeof name === 'string' && !members.some(([known]) => known === name)) add(name, exampleAt(further, place) ?? 'text')
  }
  for (let i = 1; i <= ITEMS_MAX && members.length < countOf(schema['minProperties'], 0); i++)
    add(`property${i}`, exampleAt(further, place) ?? 'text')
  if (members.length === 0 && asObject(further)) add('property1', exampleAt(further, place))
  return Object.fromEntries(members)
}

function arrayOf(schema: Schema, place: Place): unknown[] {
  const { prefixItems, items } = schema
  const made: unknown[] = (Array.isArray(prefixItems) ? prefixItems : []).slice(0, ITEMS_MAX).map((item) => exampleAt(item, place) ?? null)
  const wanted = Math.min(countOf(schema['minItems'], 1), countOf(schema['maxItems'], Infinity), ITEMS_MAX)
  while (made.length < wanted) {
    const item = exampleAt(items ?? true, place)
    if (item === undefined) break
    made.push(schema['uniqueItems'] === true ? distinct(item, made.length) : item)
  }
  return made
}

/** Text and numbers can be told apart; of other kinds one must do. */
function distinct(item: unknown, index: number): unknown {
  if (index === 0) return item
  return typeof item === 'number' ? item + index : typeof item === 'string' ? `${item}${index + 1}` : item
}

function countOf(value: unknown, otherwise: number): number {
  return typeof value === 'number' && value >= 0 ? value : otherwise
}

const formats: Readonly<Record<string, string>> = {
  'date-time': '2026-01-31T12:00:00.000Z',
  date: '2026-01-31',
  time: '12:00:00Z',
  duration: 'P1D',
  email: 'someone@example.com',
  'idn-email': 'someone@example.com',
  hostname: 'www.example.com',
  'idn-hostname': 'www.example.com',
  ipv4: '192.0.2.1',
  ipv6: '2001:db8::1',
  uri: 'https://www.example.com/',
  'uri-reference': '/path',
  iri: 'https://www.example.com/',
  'iri-reference': '/path',
  'uri-template': '/path/{id}',
  uuid: '01890a5d-ac96-774b-bcce-b302099a8057',
  'json-pointer': '/name',
  'relative-json-pointer': '0/name',
  regex: '^text$',
  byte: 'dGV4dA==',
}

function textOf(schema: Schema): string {
  const format = typeof schema['format'] === 'string' && Object.hasOwn(formats, schema['format']) ? formats[schema['format']] : undefined
  const text = format ?? 'text'
  const least = Math.min(countOf(schema['minLength'], 0), TEXT_MAX)
  const most = Math.max(least, countOf(schema['maxLength'], Infinity))
  return text.length > most ? text.slice(0, most) : text.padEnd(least, text)
}

/** The nearest number to `usual` that the bounds allow. */
function numberOf(schema: Schema, usual: number): number {
  const whole = schema['type'] === 'integer' || (Array.isArray(schema['type']) && schema['type'].includes('integer'))
  const step = typeof schema['multipleOf'] === 'number' && schema['multipleOf'] > 0 ? schema['multipleOf'] : whole ? 1 : 0
  const unit = step === 0 ? 0.5 : step
  const word = (name: string): number | undefined => (typeof schema[name] === 'number' ? schema[name] : undefined)
  // Draft 4 says with a flag that the other bound is open.
  const open = (name: string): number => (schema[name] === true ? unit : 0)
  const least = Math.max((word('exclusiveMinimum') ?? -Infinity) + unit, (word('minimum') ?? -Infinity) + open('exclusiveMinimum'))
  const most = Math.min((word('exclusiveMaximum') ?? Infinity) - unit, (word('maximum') ?? Infinity) - open('exclusiveMaximum'))
  const near = Math.min(Math.max(usual, least), most)
  if (step === 0) return near
  const above = Math.ceil(near / step) * step
  return above > most ? Math.floor(near / step) * step : above
}
