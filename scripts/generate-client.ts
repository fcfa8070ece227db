// `npm run client`: writes the typed client of packages/sdk from the operations of the contract. A test compares.
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import {
  errors,
  openApiDocument,
  operationName,
  operations,
  retryPresets,
  takesIfMatch,
  type JsonSchema,
  type OpenApiOperation,
  type Operation,
} from '../packages/contract/src/index.ts'
import { exampleBodies, exampleQueries, pathParameters } from './client-examples.ts'

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
    `/** Every code that a failure answers with; \`docs/errors.md\` says what each means. */\nexport type ErrorCode =\n${codes.map(([code]) => `  | '${code}'`).join('\n')}\n`,
    `/**\n * Codes after which the same call may succeed.\n *\n * @example codesWorthRetrying.has('overloaded') // true\n */\nexport const codesWorthRetrying: ReadonlySet<string> = new Set(${literal(again)})\n`,
    `/**\n * What the presets of retry policies are: the waits before each retry, how far each may vary, and what follows the last.\n *\n * @example retryPresets.invoice.waitsSeconds // [60, 300, 1800, 7200, 86400]\n */\nexport const retryPresets = ${literal(retryPresets)} as const\n`,
    ...Object.entries(document.components.schemas).map(([name, schema]) => declaration(name, schema)),
    ...described.flatMap(({ query, resource, verb }) =>
      query ? [declaration(query.name, query.schema, `The query of \`${resource}.${verb}\`; everything in it may be left out.`)] : [],
    ),
  ].join('\n')
}

function declaration(name: string, schema: JsonSchema, about = aboutSchema(name)): string {
  const type = schema.properties ? `interface ${name} ${typeText(schema)}` : `type ${name} = ${typeText(schema)}`
  return `/** ${about} */\nexport ${type}\n`
}

/** What no operation takes or answers by itself. */
const innerSchemas: Readonly<Record<string, string>> = {
  FlowStep: 'One step of a flow; its `kind` says which.',
  Problem: 'What a failed call is answered, after RFC 9457. The client rejects with a `PosthornError` made of it.',
  InvalidProblem: 'The same where fields are not as they should be: `errors` names each.',
}

/** Of which operations it is the body or the answer. */
function aboutSchema(name: string): string {
  const called = (uses: readonly Described[]) => uses.map(({ resource, verb }) => `\`${resource}.${verb}\``).join(', ')
  const takers = called(described.filter(({ body }) => body?.type === name))
  const givers = called(described.filter(({ type }) => type.split(' | ').includes(name)))
  const sentences = [...(takers ? [`The body of ${takers}.`] : []), ...(givers ? [`The answer of ${givers}.`] : [])]
  const about = sentences.length > 0 ? sentences.join(' ') : innerSchemas[name]
  if (about === undefined) throw new Error(`say what ${name} is`)
  return about
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
  readonly answer: 'json' | 'bytes' | 'events' | 'none'
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
    answer: answerKind(types, answers[0]?.[0]),
    type: types.join(' | '),
    item: schema && itemType(schema),
  }
})

function answerKind(types: readonly string[], media: string | undefined): Described['answer'] {
  if (media === 'text/event-stream') return 'events'
  return types.includes('Uint8Array') ? 'bytes' : types[0] === 'void' ? 'none' : 'json'
}

function answerType(media: string, { schema }: { schema: JsonSchema }): string {
  return media === 'application/json' || media === 'text/event-stream' ? nameOf(schema) : 'Uint8Array'
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
import { createListen, type Listen, type ListenOptions } from './listen.ts'
import { everyItem } from './paging.ts'
import { createSend, segment, type CallOptions, type PosthornOptions, type Send } from './send.ts'

/**
 * The API of a Posthorn server, an operation a method. A call that fails is rejected with a \`PosthornError\`, whose \`code\` says why:
 *
 * - what its method names;
 * - of any call: \`authentication_failed\` (of a browser \`session_ended\`), \`rate_limited\` after many wrong keys, \`insufficient_access\`, \`overloaded\`, \`stopping\`,
 *   \`secret_unreadable\`, \`internal\`, or one that begins with \`store_\`;
 * - of a change: \`changed_meanwhile\`; of one with a body that is too large or nests too deep: \`payload_too_large\`, \`malformed_json\`;
 *   of a POST whose idempotency key was used before: \`idempotency_mismatch\`, \`idempotency_in_progress\`, \`idempotency_answer_lost\`;
 * - \`network\`, \`timeout\` or \`aborted\` if no answer came; \`unreadable\` if one came that is not of the API.
 *
 * What may succeed a second time is tried again before that, up to \`retriesMax\` times.
 *
 * @throws {TypeError} At once, for an empty token, and for an id or uid that is empty, \`.\` or \`..\`.
 * @example
 * const posthorn = new Posthorn({ serverUrl: 'http://localhost:8400', token: 'phk_...' })
 * const listener = await posthorn.listener.create('default', { name: 'Orders', suffix: '/orders', auth: { kind: 'none' } })
 * for await (const request of posthorn.request.listAll('default', listener.id)) console.log(request.status)
 */
export class Posthorn {
  readonly #send: Send
  readonly #listen: Listen

  constructor(options: PosthornOptions) {
    this.#send = createSend(options)
    this.#listen = createListen(options)
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
    `options?: ${answer === 'events' ? 'ListenOptions' : 'CallOptions'}`,
  ]
  const sent = [
    `method: '${operation.method}'`,
    path.includes('$') ? `path: \`${path}\`` : `path: '${path}'`,
    ...(query === undefined ? [] : ['query']),
    ...(body ? [body.required ? 'body' : 'body: body ?? {}'] : []),
    `answer: '${answer}'`,
    'options',
  ]
  if (answer === 'events') {
    const heard = [`path: \`${path}\``, ...(query === undefined ? [] : ['query']), 'options']
    return `${docstring(methodLines(one))}    ${verb}: (${given.join(', ')}): AsyncGenerator<${type}, void, undefined> =>\n      this.#listen({ ${heard.join(', ')} }) as AsyncGenerator<${type}, void, undefined>,\n`
  }
  const call = `${docstring(methodLines(one))}    ${verb}: (${given.join(', ')}): Promise<${type}> =>\n      this.#send({ ${sent.join(', ')} }) as Promise<${type}>,\n`
  if (item === undefined || query === undefined) return call
  const passed = parameters.map((name) => `${name}, `).join('')
  const wanted = parameters.map((name) => `${name}: string, `).join('')
  const lines = [`What \`${verb}\` answers, item by item: asks for the next page when it is needed.`, '', ...exampleLines(one, 'all')]
  return `${call}${docstring(lines)}    ${verb}All: (${wanted}query?: ${query.name}, options?: CallOptions): AsyncGenerator<${item}, void, undefined> =>\n      everyItem((page) => this.${one.resource}.${verb}(${passed}page, options), query),\n`
}

function docstring(lines: readonly string[]): string {
  return `    /**\n${lines.map((line) => `     * ${line}`.trimEnd()).join('\n')}\n     */\n`
}

function methodLines(one: Described): string[] {
  const { operation } = one
  const codes = codesOf(one)
  return [
    `${operation.summary}.`,
    '',
    ...parameterNames(operation).map((name) => `@param ${camelCase(name)} ${pathParameters[name]!.about}`),
    ...(codes.length > 0 ? [`@throws {PosthornError} ${codes.map((code) => `\`${code}\``).join(', ')}`] : []),
    ...exampleLines(one, 'one'),
  ]
}

/** The codes that depend on the operation; those of any call stand with the class. */
function codesOf({ operation, query, body }: Described): string[] {
  const { method, path, answers, refuses = [] } = operation
  const names = parameterNames(operation)
  // A plan or an event type that is put where none was is made.
  const isMade = method === 'PUT' && 201 in answers && names.length === 1 && path.split('/').at(-1) !== '{app_id}'
  return [...new Set([...(names.length > 0 && !isMade ? ['not_found'] : []), ...((body ?? query) ? ['validation_error'] : []), ...refuses])]
}

/** One call with what it is usually given. */
function exampleLines({ operation, resource, verb, query, body, answer, item }: Described, pages: 'one' | 'all'): string[] {
  const { id } = operation
  const sent = exampleBodies[id] ?? (body?.required ? missingExample(id) : undefined)
  const asked = exampleQueries[id]
  const given = [
    ...parameterNames(operation).map((name) => literal(pathParameters[name]!.example)),
    ...(sent === undefined ? (body && asked ? ['{}'] : []) : [literal(sent)]),
    ...(asked === undefined ? [] : [literal(asked)]),
  ].join(', ')
  if (pages === 'all') return ['@example', `for await (const item of posthorn.${resource}.${verb}All(${given})) console.log(item)`]
  if (answer === 'events') return ['@example', `for await (const event of posthorn.${resource}.${verb}(${given})) console.log(event)`]
  const call = `await posthorn.${resource}.${verb}(${given})`
  if (answer === 'none') return [`@example ${call}`]
  return [`@example const ${item !== undefined && query ? '{ data, iterator, done }' : 'answer'} = ${call}`]
}

function missingExample(id: string): never {
  throw new Error(`give ${id} a body in client-examples.ts`)
}

function parameterNames({ path }: Operation): string[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!)
}

function operationsFile(): string {
  const rows = described.map(({ operation, resource, verb, about, body, answer, item }) => {
    const parameters = about.parameters
      .filter((one) => one.in !== 'header')
      .map(({ name, in: place, schema }) => ({ name, in: place, description: withChoices(schema) }))
    const { id, method, path, summary } = operation
    return `  ${literal({ id, resource, verb, method, path, summary, parameters, body: body !== undefined, answer, list: item !== undefined, ...(takesIfMatch(operation) && { ifMatch: true }) })},\n`
  })
  return `${header}
/** An operation of the API, for whoever calls it by name, such as the command line. */
export interface ApiOperation {
  /** As in the API's description: \`v1.flow.list-versions\`. */
  readonly id: string
  /** Where it stands in the client: \`flow\`, and in it \`listVersions\`. */
  readonly resource: string
  readonly verb: string
  readonly method: string
  /** Parameters in braces: \`/api/v1/app/{app_id}\`. */
  readonly path: string
  readonly summary: string
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly description: string }[]
  /** It takes one. */
  readonly body: boolean
  readonly answer: 'json' | 'bytes' | 'events' | 'none'
  /** It answers a page at a time. */
  readonly list: boolean
  /** It takes the revision of what it changes. */
  readonly ifMatch?: true
}

/**
 * Every operation of the API, in the order of its description.
 *
 * @example
 * apiOperations.find(({ id }) => id === 'v1.flow.list-versions').verb // 'listVersions'
 */
export const apiOperations: readonly ApiOperation[] = [
${rows.join('')}]
`
}

/** What a parameter is, and what it may be where that is a list. */
function withChoices({ description = '', enum: choices }: JsonSchema): string {
  return Array.isArray(choices) && choices.length > 1 ? `${String(description)}: ${choices.join(', ')}` : String(description)
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
