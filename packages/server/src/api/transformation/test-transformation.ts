import type { transformationOperations } from '@posthorn/contract'
import { explainFailure, transformPayload } from '#delivery'
import { AppError } from '#domain'
import type { ApiDeps } from '../deps.ts'
import { expressionFaults } from '../endpoint/endpoint-content.ts'
import { triedPayload } from '../message/tried-payload.ts'
import type { Answer, Call } from '../route.ts'

/** Tries a transformation before an endpoint has it, with the same limits. */
export async function testTransformation(deps: ApiDeps, call: Call<typeof transformationOperations.test>): Promise<Answer> {
  const { expression, eventType } = call.body
  const owner = call.application.id
  const fields = await expressionFaults(deps, { expression, pointer: '/expression', owner })
  if (fields.length > 0) throw new AppError('validation_error', { fields })
  const { bytes, message } = await triedPayload(deps, call)
  const made = await transformPayload(deps.transforms, expression, {
    payload: bytes,
    eventType: eventType ?? message?.eventType ?? 'example',
    webhookId: message?.webhookId ?? deps.ids.make('msg'),
    owner,
  })
  switch (made.kind) {
    case 'made':
      return { status: 200, json: `{"output":${Buffer.from(made.body).toString('utf8')},"skipped":false,"fault":null}` }
    case 'skipped':
      return { status: 200, body: { output: null, skipped: true, fault: null } }
    case 'busy':
      throw new AppError('overloaded')
    case 'failed': {
      const { reason, nextStep } = explainFailure(made.code, made.detail)
      return { status: 200, body: { output: null, skipped: false, fault: { code: made.code, reason, nextStep } } }
    }
  }
}
