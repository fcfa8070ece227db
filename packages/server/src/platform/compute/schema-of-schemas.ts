import type { Schema } from '@cfworker/json-schema'

const schema = { $ref: '#/$defs/schema' }
const schemas = { type: 'array', items: schema, minItems: 1 }
const named = { type: 'object', additionalProperties: schema }
const count = { type: 'integer', minimum: 0 }
const number = { type: 'number' }
const text = { type: 'string' }
const texts = { type: 'array', items: text }
const typeName = { enum: ['null', 'boolean', 'object', 'array', 'number', 'string', 'integer'] }

/**
 * What a schema may be: the keywords of draft 2020-12 and those of draft 7 that it replaced. Others are refused, because a misspelt
 * keyword checks nothing and nobody notices.
 */
export const schemaOfSchemas: Schema = {
  $ref: '#/$defs/schema',
  $defs: {
    schema: {
      type: ['object', 'boolean'],
      additionalProperties: false,
      properties: {
        ...{ $schema: text, $id: text, $anchor: text, $ref: text, $comment: text, $defs: named, definitions: named },
        ...{ title: text, description: text, default: true, examples: { type: 'array' }, deprecated: { type: 'boolean' } },
        ...{ readOnly: { type: 'boolean' }, writeOnly: { type: 'boolean' }, contentEncoding: text, contentMediaType: text },
        ...{
          type: { anyOf: [typeName, { type: 'array', items: typeName, minItems: 1 }] },
          enum: { type: 'array' },
          const: true,
          format: text,
        },
        ...{ allOf: schemas, anyOf: schemas, oneOf: schemas, not: schema, if: schema, then: schema, else: schema },
        ...{ properties: named, patternProperties: named, additionalProperties: schema, propertyNames: schema, required: texts },
        ...{ minProperties: count, maxProperties: count, unevaluatedProperties: schema, dependentSchemas: named },
        dependentRequired: { type: 'object', additionalProperties: texts },
        dependencies: { type: 'object', additionalProperties: { anyOf: [texts, schema] } },
        ...{
          prefixItems: schemas,
          items: { anyOf: [schema, schemas] },
          additionalItems: schema,
          contains: schema,
          unevaluatedItems: schema,
        },
        ...{ minItems: count, maxItems: count, minContains: count, maxContains: count, uniqueItems: { type: 'boolean' } },
        ...{ minimum: number, maximum: number, exclusiveMinimum: number, exclusiveMaximum: number },
        multipleOf: { type: 'number', exclusiveMinimum: 0 },
        ...{ minLength: count, maxLength: count, pattern: text },
      },
    },
  },
} as Schema
