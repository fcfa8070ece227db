import { dereference, validate, type OutputUnit, type Schema } from '@cfworker/json-schema'
import type { ComputeAnswer } from './compute-job.ts'
import { partsOf, schemaFault } from './schema-fault.ts'
import { schemaOfSchemas } from './schema-of-schemas.ts'

const KEPT_MAX = 100
const FAULTS_MAX = 20
const MESSAGE_CHARACTERS_MAX = 500

interface Validator {
  readonly schema: Schema | boolean
  /** Every schema within, by its URI. */
  readonly lookup: Record<string, Schema | boolean>
}

const validatorFor = (schema: Schema | boolean): Validator => ({ schema, lookup: dereference(schema) })
const errorsOf = (value: unknown, { schema, lookup }: Validator): OutputUnit[] => validate(value, schema, '2020-12', lookup, false).errors

const kept = new Map<string, Validator>()
const ofSchemas = validatorFor(schemaOfSchemas)

function validatorOf(text: string): Validator {
  const known = kept.get(text)
  if (known !== undefined) return known
  const made = validatorFor(JSON.parse(text) as Schema | boolean)
  if (kept.size >= KEPT_MAX) kept.delete(kept.keys().next().value ?? '')
  kept.set(text, made)
  return made
}

/** What is wrong with a schema; undefined: it checks documents. */
export function faultOfSchema(text: string): string | undefined {
  const schema = JSON.parse(text) as unknown
  const fault = schemaFault(schema, leavesOf(errorsOf(schema, ofSchemas)), (parts) => pathOf(parts, ''))
  if (fault !== undefined) return fault
  try {
    const validator = validatorOf(text)
    return faultWithin(validator.schema, validator, [])
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/** Patterns that are none and references that lead nowhere, which the validator would find only once a document comes there. */
function faultWithin(value: unknown, { lookup }: Pick<Validator, 'lookup'>, parts: readonly string[]): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { pattern, patternProperties, __absolute_ref__: reference } = value as Schema
  const patterns = [...(typeof pattern === 'string' ? [pattern] : []), ...Object.keys(patternProperties ?? {})]
  const wrong = patterns.find((one) => !isPattern(one))
  const within = parts.length === 0 ? '' : `${pathOf(parts, '')}: `
  if (wrong !== undefined) return `${within}${JSON.stringify(wrong.slice(0, 80))} is not a regular expression.`
  if (typeof reference === 'string' && lookup[reference] === undefined)
    return `${within}$ref ${JSON.stringify((value as Schema).$ref)} leads nowhere; only schemas within this one can be referred to.`
  for (const [key, each] of Object.entries(value)) {
    if (literal.has(key)) continue
    const fault = faultWithin(each, { lookup }, [...parts, key])
    if (fault !== undefined) return fault
  }
  return undefined
}

/** What stands there is data. */
const literal: ReadonlySet<string> = new Set(['const', 'enum', 'default', 'examples'])

function isPattern(text: string): boolean {
  try {
    return new RegExp(text, 'u') instanceof RegExp
  } catch {
    return false
  }
}

/** A document that does not fit is an answer with the places that do not, as the mapping names them. */
export function checkDocument(schema: string, input: string): ComputeAnswer {
  try {
    const { name, value } = JSON.parse(input) as { name: string; value: unknown }
    const errors = errorsOf(value, validatorOf(schema))
    if (errors.length === 0) return { ok: true, output: 'null' }
    const leaves = leavesOf(errors)
    const more = leaves.length > 1 ? ` There ${leaves.length === 2 ? 'is 1 more fault' : `are ${leaves.length - 1} more faults`}.` : ''
    const paths = [...new Set(leaves.slice(0, FAULTS_MAX).map(({ instanceLocation }) => pathOf(partsOf(instanceLocation), name)))]
    return { ok: false, code: 'invalid', message: `${sentenceOf(leaves[0]!, name).slice(0, MESSAGE_CHARACTERS_MAX)}${more}`, paths }
  } catch (error) {
    const message = error instanceof RangeError ? 'The document nests too deep.' : error instanceof Error ? error.message : String(error)
    return { ok: false, code: 'validate_error', message: message.slice(0, MESSAGE_CHARACTERS_MAX) }
  }
}

/** They only say that something below does not fit, which is reported as well. */
const containers: ReadonlySet<string> = new Set([
  ...['$ref', 'properties', 'patternProperties', 'additionalProperties', 'unevaluatedProperties', 'dependentSchemas'],
  ...['items', 'prefixItems', 'additionalItems', 'unevaluatedItems', 'allOf', 'if', 'then', 'else'],
])

function leavesOf(errors: readonly OutputUnit[]): readonly OutputUnit[] {
  const leaves = errors.filter(({ keyword }) => !containers.has(keyword))
  return leaves.length > 0 ? leaves : errors
}

function sentenceOf({ instanceLocation, keyword, error }: OutputUnit, name: string): string {
  const path = pathOf(partsOf(instanceLocation), name)
  const said = keyword === 'false' ? 'It is not allowed here.' : error
  return path === '' ? said : `${path}: ${said}`
}

/** `body.lines[0]['a b']` of `lines`, `0` and `a b`. */
function pathOf(parts: readonly string[], name: string): string {
  const path = parts.map((part) =>
    /^\d+$/.test(part) ? `[${part}]` : /^[A-Za-z_$][\w$-]*$/.test(part) ? `.${part}` : `[${JSON.stringify(part)}]`,
  )
  return `${name}${path.join('')}`.replace(/^\./, '')
}
