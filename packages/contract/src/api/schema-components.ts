import { z } from 'zod'
import { stepSchema } from '../flow/steps.ts'
import { bytesAnswer, type Operation } from './operation.ts'
import { operationName } from './operation-name.ts'

/** JSON Schema as far as it is looked into here. */
export interface JsonSchema {
  readonly [keyword: string]: unknown
  readonly type?: string | readonly string[]
  readonly format?: string
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly $ref?: string
}

export interface SchemaComponents {
  /** By name. */
  readonly schemas: Readonly<Record<string, JsonSchema>>
  /** The schema of a body or an answer: a reference to its component. */
  of(schema: z.ZodType): JsonSchema
}

const base = '#/components/schemas/'

/**
 * Every schema of the operations as JSON Schema under a name. Names follow the operations, `FlowIn` for what is written and
 * `FlowOut` for what is read back, and a schema that several operations share has one name.
 */
export function schemaComponents(operations: readonly Operation[]): SchemaComponents {
  const names = new Map<z.ZodType, string>()
  const [input, output] = [z.registry<{ id: string }>(), z.registry<{ id: string }>()]
  const name = (schema: z.ZodType | null | undefined, id: string, registry: typeof input) => {
    if (schema == null || schema === bytesAnswer || names.has(schema)) return
    names.set(schema, id)
    registry.add(schema, { id })
  }
  // Steps hold steps, so they need a name to refer to; what is written and what is read back of them is the same.
  name(stepSchema, 'FlowStep', input)
  output.add(stepSchema, { id: 'FlowStep' })
  for (const operation of [...operations].sort((a, b) => plainness(a) - plainness(b))) {
    const { resource, verb } = operationName(operation)
    const noun = pascal(resource)
    name(operation.documentedBody ?? operation.body, `${noun}${inputWord(verb)}In`, input)
    for (const [status, answer] of Object.entries(operation.answers)) {
      const several = new Set(Object.values(operation.answers)).size > 1 && status !== Object.keys(operation.answers)[0]
      name(answer, `${noun}${outputWord(verb)}Out${several ? status : ''}`, output)
    }
  }
  return {
    schemas: { ...converted(input, 'input'), ...converted(output, 'output') },
    of(schema) {
      const id = names.get(schema)
      if (id === undefined) throw new Error('a schema has no name')
      return { $ref: base + id }
    },
  }
}

/** The operations that name a noun's own schemas come first. */
function plainness(operation: Operation): number {
  const at = ['get', 'create', 'update', 'patch'].indexOf(operationName(operation).verb)
  return at === -1 ? 9 : at
}

function inputWord(verb: string): string {
  return verb === 'create' ? '' : pascal(verb)
}

function outputWord(verb: string): string {
  return verb === 'get' ? '' : pascal(verb)
}

function pascal(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

function converted(registry: z.core.$ZodRegistry<{ id: string }>, io: 'input' | 'output'): Record<string, JsonSchema> {
  const { schemas } = z.toJSONSchema(registry, { uri: (id) => base + id, io, unrepresentable: 'any' })
  const { __shared: shared, ...named } = schemas as Record<string, JsonSchema>
  const nameless = Object.values((shared?.['$defs'] ?? {}) as Record<string, JsonSchema>)[0]
  if (nameless !== undefined) throw new Error(`name the schema that refers to itself: ${JSON.stringify(nameless).slice(0, 200)}`)
  return Object.fromEntries(Object.entries(named).map(([name, schema]) => [name, tidied(schema, io)]))
}

/** Without what only clutters: the ids, and the patterns of formats. */
function tidied(schema: JsonSchema, io: 'input' | 'output'): JsonSchema {
  const { $schema: _schema, $id: _id, ...kept } = schema
  const entries = Object.entries(kept).flatMap(([keyword, value]): [string, unknown][] => {
    if (keyword === 'pattern' && schema.format !== undefined) return []
    // An answer may get new fields; whoever reads it passes over what it does not know.
    if (keyword === 'additionalProperties' && value === false && io === 'output') return []
    return [[keyword, tidyValue(value, io)]]
  })
  return Object.fromEntries(entries)
}

function tidyValue(value: unknown, io: 'input' | 'output'): unknown {
  if (Array.isArray(value)) return value.map((item) => tidyValue(item, io))
  return typeof value === 'object' && value !== null ? tidied(value as JsonSchema, io) : value
}
