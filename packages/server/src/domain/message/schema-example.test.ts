import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { schemaExample } from './schema-example.ts'

const ajv = new Ajv2020({ strict: false })
// Both of its module forms are wrapped.
;(addFormats as unknown as { default: (instance: Ajv2020) => void }).default(ajv)

describe('the example of a schema', () => {
  test.each([
    [{ type: 'string' }, 'text'],
    [{ type: 'string', minLength: 6 }, 'textte'],
    [{ type: 'string', maxLength: 2 }, 'te'],
    [{ type: 'string', format: 'email' }, 'someone@example.com'],
    [{ type: 'integer' }, 1],
    [{ type: 'integer', minimum: 7, multipleOf: 5 }, 10],
    [{ type: 'integer', exclusiveMaximum: 0 }, -1],
    [{ type: 'number', maximum: 0.25 }, 0.25],
    [{ minimum: 3 }, 3],
    [{ type: ['null', 'boolean'] }, true],
    [{ type: 'null' }, null],
    [{ enum: ['EUR', 'USD'] }, 'EUR'],
    [{ const: 4 }, 4],
    [{ type: 'string', default: 'usual' }, 'usual'],
    [{ type: 'string', examples: ['shown', 'not'] }, 'shown'],
    [{ type: 'string', example: 'shown' }, 'shown'],
    [{ type: 'array', items: { type: 'integer' }, minItems: 2 }, [1, 1]],
    [{ type: 'array', items: { type: 'integer' }, minItems: 2, uniqueItems: true }, [1, 2]],
    [{ prefixItems: [{ const: 'a' }, { type: 'integer' }] }, ['a', 1]],
    [{ type: 'array', items: { type: 'integer' }, maxItems: 0 }, []],
    [
      { properties: { id: { type: 'string' }, lines: { items: { $ref: '#/$defs/a~1b' } } }, $defs: { 'a/b': { const: 1 } } },
      { id: 'text', lines: [1] },
    ],
    [{ type: 'object', required: ['free'] }, { free: 'text' }],
    [{ type: 'object', additionalProperties: { type: 'integer' } }, { property1: 1 }],
    [{ allOf: [{ properties: { a: { const: 1 } } }, { properties: { b: { const: 2 } } }] }, { a: 1, b: 2 }],
    [{ oneOf: [{ type: 'null' }, { type: 'integer' }] }, 1],
    [{ anyOf: [{ $ref: '#/definitions/x' }], definitions: { x: { type: 'boolean' } } }, true],
    [{ properties: { a: { $ref: 'https://elsewhere.example/schema' } } }, {}],
    [{}, undefined],
    ['none', undefined],
  ])('%j is %j', (schema, example) => {
    expect(schemaExample(schema)).toEqual(example)
  })

  test('of a schema that holds itself ends', () => {
    const tree = { properties: { name: { type: 'string' }, children: { type: 'array', items: { $ref: '#' } } } }
    expect(schemaExample(tree)).toMatchObject({ name: 'text', children: [{ name: 'text' }] })
    expect(schemaExample({ $ref: '#' })).toBeUndefined()
    const members = (name: string) => Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`p${i}`, { $ref: `#/$defs/${name}` }]))
    const bomb = {
      $ref: '#/$defs/a',
      $defs: {
        a: { properties: members('b') },
        b: { properties: members('c') },
        c: { allOf: [{ $ref: '#/$defs/a' }, { $ref: '#/$defs/b' }] },
      },
    }
    expect(JSON.stringify(schemaExample(bomb)).length).toBeLessThan(200_000)
  })

  test('is what the schema describes', () => {
    const { schema } = fc.letrec<{ schema: object }>((tie) => ({
      schema: fc.oneof(
        { maxDepth: 4 },
        fc.record({ type: fc.constant('string'), minLength: fc.nat({ max: 30 }) }),
        fc.record({
          type: fc.constant('string'),
          format: fc.constantFrom('date-time', 'date', 'email', 'uuid', 'uri', 'ipv4', 'ipv6', 'hostname'),
        }),
        fc.record({ type: fc.constant('integer'), minimum: fc.integer({ min: -50, max: 50 }) }),
        fc.record({ type: fc.constant('integer'), multipleOf: fc.integer({ min: 1, max: 9 }), minimum: fc.integer({ min: -50, max: 50 }) }),
        fc.record({ type: fc.constant('number'), exclusiveMaximum: fc.integer({ min: -50, max: 50 }) }),
        fc.record({ type: fc.constantFrom('boolean', 'null') }),
        fc.record({ enum: fc.array(fc.jsonValue(), { minLength: 1, maxLength: 3 }) }),
        fc.record({ type: fc.constant('array'), items: tie('schema'), minItems: fc.nat({ max: 3 }) }),
        fc.dictionary(fc.string({ minLength: 1 }), tie('schema'), { maxKeys: 4 }).map((properties) => ({
          ...{ type: 'object', properties, required: Object.keys(properties), additionalProperties: false },
        })),
        fc.array(tie('schema'), { minLength: 1, maxLength: 3 }).map((oneOf) => ({ anyOf: oneOf })),
      ),
    }))
    fc.assert(
      fc.property(schema, (one) => {
        const validate = ajv.compile(one)
        expect(validate(schemaExample(one)), JSON.stringify(validate.errors)).toBe(true)
      }),
    )
  })
})
