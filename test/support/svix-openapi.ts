import { readFileSync } from 'node:fs'
import { Ajv, type ValidateFunction } from 'ajv'
import addFormats from 'ajv-formats'

/** What Svix's description leaves out or says more narrowly than Posthorn; everything else must be exactly as it says. */
const beyond = {
  /** The answers of success that the description does not name. */
  successes: {
    'v1.message.expunge-content': ['204'],
    'v1.message-attempt.expunge-content': ['204'],
    // `?with_secret=true`, which no Svix client sends (decisions/secrets-are-shown-once).
    'v1.endpoint.rotate-secret': ['200'],
  } as Readonly<Record<string, readonly string[]>>,
  /** Errors that any operation may answer with. All have the shape of the others. */
  errors: ['400', '401', '403', '413', '415', '500', '503'],
  /** `*` and `invoice.*` among an endpoint's event types (decisions/event-types-of-an-endpoint). */
  patternOfEndpointEventTypes: '^(\\*|[a-zA-Z0-9\\-_.]+?(\\.\\*)?)$',
  /** `whpk_`, the public half of an Ed25519 secret, stands where Svix knows symmetric secrets only. */
  patternOfSecrets: '^(whsec_|whpk_)?[a-zA-Z0-9+/=]{32,100}$',
}

interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, DescribedOperation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, JsonObject>> }
}

interface DescribedOperation {
  readonly operationId?: string
  readonly responses: Readonly<Record<string, { readonly content?: { readonly 'application/json': { readonly schema: JsonObject } } }>>
}

interface JsonObject {
  readonly [name: string]: unknown
}

const description = JSON.parse(readFileSync(new URL('../data/svix-openapi.json', import.meta.url), 'utf8')) as Description

/** OpenAPI 3.0 has `nullable` where JSON Schema has a second type, and number formats that ajv does not know. */
function toJsonSchema(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(toJsonSchema)
  if (typeof schema !== 'object' || schema === null) return schema
  const { nullable, format, ...rest } = schema as JsonObject
  const entries = Object.entries(rest).filter(([name]) => name !== 'example' && !name.startsWith('x-'))
  const converted: JsonObject = Object.fromEntries(
    entries.map(([name, value]) => [
      name,
      name === '$ref' ? (value as string).replace('#/components/schemas/', '#/$defs/') : toJsonSchema(value),
    ]),
  )
  const formatted = format === 'date-time' || format === 'uri' ? { ...converted, format } : converted
  return nullable === true ? { anyOf: [formatted, { type: 'null' }] } : formatted
}

function definitions(): JsonObject {
  const defs = structuredClone(description.components.schemas) as Record<string, Record<string, Record<string, Record<string, unknown>>>>
  for (const name of ['EndpointOut', 'MessageEndpointOut'])
    (defs[name]!['properties']!['eventTypes']!['items'] as Record<string, unknown>)['pattern'] = beyond.patternOfEndpointEventTypes
  defs['EndpointSecretOut']!['properties']!['key']!['pattern'] = beyond.patternOfSecrets
  return toJsonSchema(defs) as JsonObject
}

const ajv = addFormats.default(new Ajv({ strict: false, allErrors: true }))
const $defs = definitions()
const compiled = new Map<string, ValidateFunction>()

function validatorOf(operation: string, status: string, schema: JsonObject): ValidateFunction {
  const key = `${operation} ${status}`
  const known = compiled.get(key)
  if (known) return known
  const made = ajv.compile({ ...(toJsonSchema(schema) as JsonObject), $defs })
  compiled.set(key, made)
  return made
}

export interface SvixOperation {
  /** Where the description has none, method and path. */
  readonly id: string
  readonly method: string
  readonly path: string
}

const operations = Object.entries(description.paths).flatMap(([path, methods]) =>
  Object.entries(methods).flatMap(([method, about]) => {
    if (!('responses' in about)) return []
    const pattern = new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}/?$`)
    return [{ id: about.operationId ?? `${method} ${path}`, method: method.toUpperCase(), path, pattern, responses: about.responses }]
  }),
)

/** All 43. */
export const svixOperations: readonly SvixOperation[] = operations

/** Where a literal segment and a parameter both fit, the literal one is meant. */
export function svixOperationOf(asked: { readonly method: string; readonly path: string }) {
  return operations
    .filter(({ method, pattern }) => method === asked.method && pattern.test(asked.path))
    .toSorted((a, b) => Number(a.path.endsWith('}')) - Number(b.path.endsWith('}')))[0]
}

/** What of one answer is not as Svix's description says; empty if all is well, or if it is no operation of Svix. */
export function checkAnswer(answer: {
  readonly method: string
  readonly path: string
  readonly status: number
  readonly text: string
}): readonly string[] {
  const found = svixOperationOf(answer)
  if (!found) return []
  const { id } = found
  const status = String(answer.status)
  const about = found.responses[status]
  if (!about && answer.status >= 400 && beyond.errors.includes(status))
    return faultsOf(validatorOf('any', 'error', { $ref: '#/components/schemas/HttpErrorOut' }), answer.text)
  if (!about) return beyond.successes[id]?.includes(status) ? [] : [`${id} does not answer ${status}: ${answer.text}`]
  const schema = about.content?.['application/json'].schema
  if (!schema) return answer.text === '' ? [] : [`${id} answers ${status} without a body, not ${answer.text}`]
  return faultsOf(validatorOf(id, status, schema), answer.text).map((fault) => `${id} ${status}${fault}`)
}

function faultsOf(validate: ValidateFunction, text: string): string[] {
  if (validate(JSON.parse(text))) return []
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ''} in ${text.slice(0, 300)}`)
}
