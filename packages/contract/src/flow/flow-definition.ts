import { z } from 'zod'
import { flowLimits } from './flow-limits.ts'
import { flowTriggerSchema } from './flow-trigger.ts'
import { timeoutMs } from './step-parts.ts'
import { stepList } from './steps.ts'

/**
 * A flow definition as it stands in the API and in files: what starts it, its steps, and the steps that run after a failure
 * nobody handled. Unknown fields are refused, because a misspelt field that is ignored is found in production.
 * `parseFlowDefinition` also checks what only the whole tree shows, and says it better.
 *
 * @example
 * const steps = [{ id: 'reply', kind: 'webhook_response', status: 201 }]
 * flowDefinitionSchema.safeParse({ name: 'Orders to ERP', trigger: { kind: 'webhook', listener: 'orders' }, steps }).success // true
 */
export const flowDefinitionSchema = z.strictObject({
  name: z.string().trim().min(1).max(flowLimits.nameCharactersMax),
  notes: z.string().max(flowLimits.notesCharactersMax).optional(),
  trigger: flowTriggerSchema,
  /** Of a run, from when it was started. */
  timeoutMs,
  concurrency: z
    .int()
    .min(1)
    .max(1000)
    .optional()
    .meta({ description: 'So many runs at a time; the others wait in the order in which they came. Absent: as many as come' }),
  steps: stepList,
  rescue: stepList.optional(),
})

/** A flow definition that has its shape. */
export type FlowDefinition = z.infer<typeof flowDefinitionSchema>
