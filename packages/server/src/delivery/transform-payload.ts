import type { TransformationVariables } from '#domain'
import { applyTransform, type Transforms } from '#platform'
import type { DeliveryFailureCode } from './delivery-failures.ts'

export type Transformed =
  /** JSON, to be sent in place of the payload. */
  | { readonly kind: 'made'; readonly body: Uint8Array }
  /** The expression gave null or nothing: this one is not to be sent. */
  | { readonly kind: 'skipped' }
  /** Hopeless: the same expression on the same payload fails again. */
  | { readonly kind: 'failed'; readonly code: DeliveryFailureCode; readonly detail: string }
  /** Nothing could be computed at this moment, for a reason that lies in this process. */
  | { readonly kind: 'busy' }

export interface Untransformed extends TransformationVariables {
  readonly payload: Uint8Array
  /** The application: where expressions wait, applications take turns. */
  readonly owner: string
}

const failureCodes: Readonly<Record<string, DeliveryFailureCode>> = {
  invalid_expression: 'transformation_invalid',
  transform_error: 'transformation_error',
  timeout: 'transformation_timeout',
  memory_limit: 'transformation_memory',
  output_too_large: 'transformation_too_large',
}

/** What an endpoint's transformation makes of a payload. */
export async function transformPayload(
  transforms: Pick<Transforms, 'evaluate' | 'known'>,
  expression: string,
  { payload, owner, eventType, webhookId }: Untransformed,
): Promise<Transformed> {
  const json = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString('utf8')
  const answer = await applyTransform(transforms, expression, { json, owner, variables: { eventType, webhookId } })
  if (answer.ok) return answer.output === 'null' ? { kind: 'skipped' } : { kind: 'made', body: Buffer.from(answer.output) }
  const code = failureCodes[answer.code]
  return code === undefined ? { kind: 'busy' } : { kind: 'failed', code, detail: answer.message }
}
