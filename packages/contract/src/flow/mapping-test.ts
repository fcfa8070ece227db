import { z } from 'zod'
import { anyJson } from '../value/any-json.ts'
import { operation } from '../api/operation.ts'
import { stepId } from './step-parts.ts'
import { codeStepSchema, filterStepSchema, transformStepSchema } from './steps.ts'
import { trialsMax, trialSource } from './flow-test.ts'

const stepResult = z.strictObject({
  status: z.enum(['OK', 'KO', 'SKIP']).default('OK'),
  code: z.string().max(100).optional(),
  output: anyJson.optional(),
})

/**
 * A field of a flow and what it is to be read with. One of `template`, `condition`, `expression` and `source` is given.
 *
 * @example mappingTestIn.parse({ template: '{{ body.total }}', requests: [{ document: { total: 3 } }] }).template // '{{ body.total }}'
 */
export const mappingTestIn = z.strictObject({
  template: anyJson.optional().meta({ description: 'Any JSON; `{{ }}` in its texts is filled in' }),
  condition: filterStepSchema.shape.if.optional().meta({ description: 'As of `when` and `if`' }),
  expression: transformStepSchema.shape.expression.optional().meta({ description: 'JSONata, as of a `transform`' }),
  source: codeStepSchema.shape.source.optional().meta({ description: 'JavaScript, as of a `code`' }),
  listener: z.string().min(1).max(256).optional().meta({ description: 'Whose requests are simulated; by id or uid' }),
  requests: z
    .array(
      z.strictObject({
        ...trialSource,
        steps: z.record(stepId, stepResult).default({}).meta({ description: 'What steps before it gave' }),
        item: anyJson.optional().meta({ description: 'Of a for_each that it stands in' }),
        index: z.int().min(0).max(999).default(0),
      }),
    )
    .min(1)
    .max(trialsMax)
    .meta({ description: 'What to read it with, one after the other. An empty object is what the listener expects' }),
  meta: z.record(z.string(), anyJson).optional(),
})

/**
 * What a field gives with each of the requests, in their order.
 *
 * @example mappingTestOut.shape.results.element.shape.warnings.parse(['body.vat is not there']) // ['body.vat is not there']
 */
export const mappingTestOut = z.object({
  results: z.array(
    z.object({
      request: z.string().nullable().meta({ description: 'The past request; null: a simulated one, or none' }),
      value: anyJson.meta({ description: 'Of a condition: whether it holds. Null where there is a fault' }),
      durationMs: z.number(),
      warnings: z.array(z.string()).meta({ description: 'Paths that were read and are not there' }),
      fault: z
        .object({ code: z.string(), message: z.string(), paths: z.array(z.string()) })
        .nullable()
        .meta({ description: 'Why the step would be KO with this request' }),
    }),
  ),
})
/** What a field gives as it is answered. */
export type MappingTestOut = z.output<typeof mappingTestOut>

/** The operation that tries one field of a flow. */
export const mappingTestOperations = {
  test: operation({
    id: 'v1.mapping.test',
    method: 'POST',
    path: '/api/v1/app/{app_id}/mapping/test',
    summary: 'Read one field of a flow (template, condition, expression or code) with past or simulated requests; nothing is sent or kept',
    noun: 'mapping',
    scope: 'application',
    access: 'write',
    body: mappingTestIn,
    answers: { 200: mappingTestOut },
  }),
}
