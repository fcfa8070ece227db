// `npm run client`: writes the typed client of packages/sdk from the operations of the contract. A test compares.
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import {
  errors,
  openApiDocument,
  operationName,
  operations,
  type JsonSchema,
  type OpenApiOperation,
  type Operation,
} from '../packages/contract/src/index.ts'

const root = fileURLToPath(new URL('../packages/sdk/src/client/', import.meta.url))
const header = '// Made by `npm run client` from the operations of packages/contract: change those.\n'
const document = openApiDocument()

/** The generated files, by name. */
export function generatedClient(): Record<string, string> {
  return { 'generated-schemas.ts': schemasFile(), 'generated-client.ts': clientFile(), 'generated-operations.ts': operationsFile() }
}

function schemasFile(): string {
  const codes = Object.entries(errors)
  const again = codes.filter(([, { retry }]) => retry).map(([code]) => code)
  return [
    header,
    `/** Every code that a failure answers with. */\nexport type ErrorCode =\n${codes.map(([code]) => `  | '${code}'`).join('\n')}\n`,
    `/** Codes after which the same call may succeed. */\nexport const codesWorthRetrying: ReadonlySet<string> = new Set(${literal(again)})\n`,
    ...Object.entries(document.components.schemas).map(([name, schema]) => declaration(name, schema)),
    ...described.flatMap(({ query }) => (query ? [declaration(query.name, query.schema)] : [])),
  ].join('\n')
}

function declaration(name: string, schema: JsonSchema): string {
  return schema.properties ? `export interface ${name} ${typeText(schema)}\n` : `export type ${name} = ${typeText(schema)}\n`
}

function typeText(schema: JsonSchema, indent = ''): string {
  if (schema.$ref !== undefined) return nameOf(schema)
  const options = (schema['oneOf'] ?? schema['anyOf']) as JsonSchema[] | undefined
  if (options) return [...new Set(options.map((option) => typeText(option, indent)))].join(' | ')
  if ('const' in schema) return literal(schema['const'])
  if (Array.isArray(schema['enum'])) return schema['enum'].map(literal).join(' | ')
  if (Array.isArray(schema.type)) return schema.type.map((type: string) => typeText({ ...schema, type }, indent)).join(' | ')
  switch (schema.type) {
    case 'string':
    case 'boolean':
    case 'null':
      return schema.type
    case 'number':
    case 'integer':
      return 'number'
    case 'array':
      return arrayText(schema, indent)
    case 'object':
      return objectText(schema, indent)
    default:
      return 'unknown'
  }
}

function arrayText(schema: JsonSchema, indent: string): string {
  const tuple = schema['prefixItems'] as JsonSchema[] | undefined
  if (tuple) return `readonly [${tuple.map((item) => typeText(item, indent)).join(', ')}]`
  const item = typeText((schema['items'] ?? {}) as JsonSchema, indent)
  return `readonly ${/[ |]/.test(item) ? `(${item})` : item}[]`
}

function objectText({ properties, required = [], ...rest }: JsonSchema, indent: string): string {
  const other = rest['additionalProperties']
  if (!properties) return `Readonly<Record<string, ${typeof other === 'object' ? typeText(other as JsonSchema, indent) : 'unknown'}>>`
  const inner = `${indent}  `
  const fields = Object.entries(properties).map(([name, field]) => {
    const described = typeof field['description'] === 'string' ? `${inner}/** ${field['description']} */\n` : ''
    const type = typeText(field, inner)
    return `${described}${inner}readonly ${key(name)}${required.includes(name) ? `: ${type}` : type === 'unknown' ? '?: unknown' : `?: ${type} | undefined`}\n`
  })
  return `{\n${fields.join('')}${indent}}`
}

/** What the generated code needs to know of an operation. */
interface Described {
  readonly operation: Operation
  readonly about: OpenApiOperation
  readonly verb: string
  readonly resource: string
  readonly parameters: readonly string[]
  readonly body: { readonly type: string; readonly required: boolean } | undefined
  readonly query: { readonly name: string; readonly schema: JsonSchema } | undefined
  readonly answer: 'json' | 'bytes' | 'none'
  readonly type: string
  /** What the list holds, if it is one. */
  readonly item: string | undefined
}

const described = operations.map((operation): Described => {
  const about = document.paths[operation.path]![operation.method.toLowerCase()]!
  const body = about.requestBody && Object.values(about.requestBody.content)[0]!.schema
  const answers = Object.entries(about.responses)
    .filter(([status]) => status.startsWith('2'))
    .map(([, response]) => Object.entries((response as { content?: Record<string, { schema: JsonSchema }> }).content ?? {})[0])
  const types = [...new Set(answers.map((content) => (content ? answerType(...content) : 'void')))]
  const schema = answers[0]?.[1].schema
  return {
    operation,
    about,
    ...operationName(operation),
    parameters: about.parameters.filter((one) => one.in === 'path').map(({ name }) => camelCase(name)),
    body: body && { type: nameOf(body), required: about.requestBody!.required },
    query: queryOf(operation, about),
    answer: types.includes('Uint8Array') ? 'bytes' : types[0] === 'void' ? 'none' : 'json',
    type: types.join(' | '),
    item: schema && itemType(schema),
  }
})

function answerType(media: string, { schema }: { schema: JsonSchema }): string {
  return media === 'application/json' ? nameOf(schema) : 'Uint8Array'
}

function itemType(schema: JsonSchema): string | undefined {
  const { properties } = document.components.schemas[nameOf(schema)] ?? {}
  return properties?.['iterator'] && properties['data'] ? `${nameOf(schema)}['data'][number]` : undefined
}

/** The query as an interface of its own. */
function queryOf(operation: Operation, { parameters }: OpenApiOperation): Described['query'] {
  const query = parameters.filter((one) => one.in === 'query')
  if (query.length === 0) return undefined
  const { resource, verb } = operationName(operation)
  const schema = { type: 'object', properties: Object.fromEntries(query.map((one) => [one.name, one.schema])) }
  return { name: `${pascal(resource)}${pascal(verb)}Query`, schema }
}

function clientFile(): string {
  const resources = Map.groupBy(described, ({ resource }) => resource)
  const used = [
    ...new Set(described.flatMap(({ body, query, type }) => [body?.type ?? 'void', query?.name ?? 'void', ...type.split(' | ')])),
  ]
  const imported = used.filter((type) => type !== 'void' && type !== 'Uint8Array').sort()
  return `${header}
import type {
${imported.map((type) => `  ${type},`).join('\n')}
} from './generated-schemas.ts'
import { everyItem } from './paging.ts'
import { createSend, segment, type CallOptions, type PosthornOptions, type Send } from './send.ts'

/**
 * The API of a Posthorn server.
 *
 * @example
 * const posthorn = new Posthorn({ serverUrl: 'http://localhost:8400', token: 'phk_...' })
 * const listener = await posthorn.listener.create('default', { name: 'Orders', suffix: '/orders', auth: { kind: 'none' } })
 * for await (const request of posthorn.request.listAll('default', listener.id)) console.log(request.status)
 */
export class Posthorn {
  readonly #send: Send

  constructor(options: PosthornOptions) {
    this.#send = createSend(options)
  }
${[...resources].map(([resource, all]) => `\n  readonly ${resource} = {\n${all.map(methodText).join('')}  }\n`).join('')}}
`
}

function methodText(one: Described): string {
  const { operation, verb, parameters, body, query, answer, type, item } = one
  const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => `\${segment(${camelCase(name)})}`)
  const given = [
    ...parameters.map((name) => `${name}: string`),
    ...(body ? [`body${body.required ? '' : '?'}: ${body.type}`] : []),
    ...(query === undefined ? [] : [`query?: ${query.name}`]),
    'options?: CallOptions',
  ]
  const sent = [
    `method: '${operation.method}'`,
    path.includes('$') ? `path: \`${path}\`` : `path: '${path}'`,
    ...(query === undefined ? [] : ['query']),
    ...(body ? [body.required ? 'body' : 'body: body ?? {}'] : []),
    `answer: '${answer}'`,
    'options',
  ]
  const call = `    /** ${operation.summary}. */\n    ${verb}: (${given.join(', ')}): Promise<${type}> =>\n      this.#send({ ${sent.join(', ')} }) as Promise<${type}>,\n`
  if (item === undefined || query === undefined) return call
  const passed = parameters.map((name) => `${name}, `).join('')
  const wanted = parameters.map((name) => `${name}: string, `).join('')
  return `${call}    /** The same, item by item over all pages. */\n    ${verb}All: (${wanted}query?: ${query.name}, options?: CallOptions): AsyncGenerator<${item}, void, undefined> =>\n      everyItem((page) => this.${one.resource}.${verb}(${passed}page, options), query),\n`
}

function operationsFile(): string {
  const rows = described.map(({ operation, resource, verb, about, body, answer, item }) => {
    const parameters = about.parameters
      .filter((one) => one.in !== 'header')
      .map(({ name, in: place, schema }) => ({ name, in: place, description: schema['description'] ?? '' }))
    const { id, method, path, summary } = operation
    return `  ${literal({ id, resource, verb, method, path, summary, parameters, body: body !== undefined, answer, list: item !== undefined })},\n`
  })
  return `${header}
/** An operation of the API, for whoever calls it by name, such as the command line. */
export interface ApiOperation {
  readonly id: string
  readonly resource: string
  readonly verb: string
  readonly method: string
  readonly path: string
  readonly summary: string
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly description: string }[]
  readonly body: boolean
  readonly answer: 'json' | 'bytes' | 'none'
  /** It answers a page at a time. */
  readonly list: boolean
}

export const apiOperations: readonly ApiOperation[] = [
${rows.join('')}]
`
}

function nameOf({ $ref }: JsonSchema): string {
  return $ref === undefined ? 'unknown' : $ref.slice($ref.lastIndexOf('/') + 1)
}

function key(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? name : literal(name)
}

/** As the formatter would write it. */
function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`
  if (typeof value === 'object' && value !== null)
    return `{ ${Object.entries(value)
      .map(([name, inner]) => `${key(name)}: ${literal(inner)}`)
      .join(', ')} }`
  if (typeof value !== 'string') return JSON.stringify(value)
  return value.includes("'") ? JSON.stringify(value) : `'${value.replaceAll('\\', '\\\\')}'`
}

function pascal(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

function camelCase(text: string): string {
  return text.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [name, text] of Object.entries(generatedClient())) writeFileSync(root + name, text)
  console.log('The client is written.')
}
