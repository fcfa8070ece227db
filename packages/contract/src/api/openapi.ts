import { z } from 'zod'
import { errors } from '../errors.ts'
import { bytesAnswer, isEventStream, takesIfMatch, type Operation } from './operation.ts'
import { operations } from './operations.ts'
import { schemaComponents, type JsonSchema, type SchemaComponents } from './schema-components.ts'

/** An OpenAPI 3.1 document, as far as its readers look into it. */
export interface OpenApiDocument {
  readonly openapi: string
  readonly info: Readonly<Record<string, unknown>>
  readonly servers: readonly { readonly url: string }[]
  readonly tags: readonly { readonly name: string }[]
  readonly paths: Readonly<Record<string, Readonly<Record<string, OpenApiOperation>>>>
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>
    readonly [kind: string]: unknown
  }
  readonly security: readonly object[]
}

/** One operation in the document, as far as its readers look into it. */
export interface OpenApiOperation {
  readonly operationId: string
  readonly summary: string
  readonly description: string
  readonly tags: readonly string[]
  readonly parameters: readonly OpenApiParameter[]
  readonly requestBody?: { readonly required: boolean; readonly content: Readonly<Record<string, { readonly schema: JsonSchema }>> }
  readonly responses: Readonly<Record<string, object>>
  readonly security?: readonly object[]
}

/** What an operation takes beside its body. */
export interface OpenApiParameter {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly required: boolean
  readonly schema: JsonSchema
  readonly description?: string
}

/**
 * The whole API, described from the operations: what is not in them cannot be called. It is made anew with each call.
 *
 * @example openApiDocument().paths['/api/v1/app'].get.operationId // 'v1.application.list'
 */
export function openApiDocument(): OpenApiDocument {
  const components = schemaComponents(operations)
  const paths: Record<string, Record<string, OpenApiOperation>> = {}
  for (const operation of operations) {
    const path = (paths[operation.path] ??= {})
    path[operation.method.toLowerCase()] = describe(operation, components)
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Posthorn',
      version: '1.0.0',
      description: 'Receive webhooks, run flows, answer, deliver. Lists are read a page at a time; POSTs take an Idempotency-Key.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    // Relative: it stands where it was read from.
    servers: [{ url: '/' }],
    tags: [...new Set(operations.map(({ noun }) => noun))].map((name) => ({ name })),
    paths,
    components: { schemas: { ...components.schemas, ...problemSchemas }, responses, securitySchemes },
    security: [{ key: [] }],
  }
}

function describe(operation: Operation, components: SchemaComponents): OpenApiOperation {
  const { id, summary, noun, method, path, query, idempotency, scope, answers } = operation
  const body = operation.documentedBody ?? operation.body
  const pathParameters = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]): OpenApiParameter => ({
    name: name!,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }))
  return {
    operationId: id,
    summary,
    description: whoMay(operation),
    tags: [noun],
    parameters: [
      ...pathParameters,
      ...queryParameters(query),
      ...(method === 'POST' && idempotency !== 'none' ? [idempotencyKey] : []),
      ...(takesIfMatch(operation) ? [ifMatch] : []),
    ],
    ...(body && { requestBody: { required: isRequired(body), content: { 'application/json': { schema: components.of(body) } } } }),
    responses: { ...successes(answers, components), ...failures(operation) },
    ...(scope === 'public' && { security: [] }),
  }
}

function whoMay({ scope, access, role }: Operation): string {
  if (scope === 'public') return 'Needs no key.'
  const key = `Needs ${scope === 'any' ? 'a key' : `a key of the ${scope}`} that may ${role === 'owner' ? 'write' : access}.`
  if (role === undefined) return key
  return `${key} Of members, ${role === 'owner' ? 'owners may' : 'viewers may too'}.`
}

/** A body whose every field may be left out may be left out itself. */
function isRequired(body: z.ZodType): boolean {
  return !body.safeParse({}).success
}

function successes(answers: Operation['answers'], components: SchemaComponents): Record<string, object> {
  return Object.fromEntries(
    Object.entries(answers).map(([status, answer]) => {
      if (answer === null) return [status, { description: 'Done; there is nothing to say.' }]
      const content =
        answer === bytesAnswer
          ? { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } }
          : { [isEventStream(answer) ? 'text/event-stream' : 'application/json']: { schema: components.of(answer) } }
      return [status, { description: z.globalRegistry.get(answer)?.description ?? 'Done.', content }]
    }),
  )
}

function failures({ scope, path, method, body, query }: Operation): Record<string, object> {
  const refer = (name: keyof typeof responses) => ({ $ref: `#/components/responses/${name}` })
  return {
    ...(scope !== 'public' && { 401: refer('Problem'), 403: refer('Problem') }),
    ...(path.includes('{') && { 404: refer('Problem') }),
    ...(method !== 'GET' && { 409: refer('Problem') }),
    ...((body ?? query) && { 422: refer('Invalid') }),
    default: refer('Problem'),
  }
}

/** What is written as text in a URL is described as what it means. */
function queryParameters(query: z.ZodObject | undefined): OpenApiParameter[] {
  if (!query) return []
  const options = { unrepresentable: 'any' } as const
  const written = z.toJSONSchema(query, { ...options, io: 'input' }) as JsonSchema
  const read = z.toJSONSchema(query, { ...options, io: 'output' }) as JsonSchema
  return Object.entries(written.properties ?? {}).map(([name, schema]) => {
    const meant = read.properties?.[name]
    const { pattern: _, ...rest } = meant?.type === 'boolean' ? meant : schema
    return { name, in: 'query', required: written.required?.includes(name) ?? false, schema: rest }
  })
}

const idempotencyKey: OpenApiParameter = {
  name: 'idempotency-key',
  in: 'header',
  required: false,
  schema: { type: 'string', maxLength: 256 },
  description: 'The same key with the same body answers as the first call did, for 24 hours.',
}

const ifMatch: OpenApiParameter = {
  name: 'if-match',
  in: 'header',
  required: false,
  schema: { type: 'string', maxLength: 1024 },
  description: 'The ETag of what is to be changed. If it is another by now: 409 for a flow or a listener, 412 for an entry.',
}

const text = { type: 'string' }
const problem = {
  type: 'object',
  properties: {
    type: text,
    title: text,
    status: { type: 'integer' },
    code: { type: 'string', enum: Object.keys(errors) },
    detail: text,
    requestId: text,
    errors: {
      type: 'array',
      description: 'The fields that are not as they should be, or that are taken; with 422 always',
      items: {
        type: 'object',
        properties: {
          pointer: { ...text, description: 'A JSON pointer into the body, or ?name' },
          message: text,
          code: text,
          position: { type: 'integer', description: "Of the character in the field's text, from 1: where a template is wrong" },
        },
        required: ['pointer', 'message', 'code'],
      },
    },
  },
  required: ['type', 'title', 'status', 'code', 'detail', 'requestId'],
}

const problemSchemas: Readonly<Record<string, JsonSchema>> = {
  Problem: problem,
  InvalidProblem: {
    type: 'object',
    properties: {
      ...problem.properties,
      detail: {
        type: 'array',
        items: {
          type: 'object',
          properties: { loc: { type: 'array', items: text }, msg: text, type: text },
          required: ['loc', 'msg', 'type'],
        },
      },
    },
    required: [...problem.required, 'errors'],
  },
}

const responses = {
  Problem: {
    description: 'It was not done; `code` says why.',
    content: { 'application/json': { schema: { $ref: '#/components/schemas/Problem' } } },
  },
  Invalid: {
    description: 'Some fields are not as they should be; each is named with the reason.',
    content: { 'application/json': { schema: { $ref: '#/components/schemas/InvalidProblem' } } },
  },
} as const

const securitySchemes = { key: { type: 'http', scheme: 'bearer', description: 'A key of the API: Authorization: Bearer phk_...' } }
