import { describeStepKinds, type StepKindOut, type stepKindOperations } from '@posthorn/contract'
import { AppError, sampleSendWebhookBody } from '#domain'
import type { ApiDeps } from '../deps.ts'
import { listShipped } from '../list-page.ts'
import type { Answer, Call } from '../route.ts'

const kinds = describeStepKinds().map((kind): StepKindOut => ({
  ...kind,
  sampleBody: kind.kind === 'send_webhook' ? sampleSendWebhookBody() : null,
}))

export function listStepKinds(_: ApiDeps, { query }: Call<typeof stepKindOperations.list>): Promise<Answer> {
  const rows = kinds.filter(({ section }) => query.section === undefined || section === query.section)
  return listShipped(query, { kind: 'step-kind', by: 'kind', rows, item: (kind) => kind })
}

export async function getStepKind(_: ApiDeps, { params }: Call<typeof stepKindOperations.get>): Promise<Answer> {
  const found = kinds.find(({ kind }) => kind === params['step_kind'])
  if (found === undefined) throw new AppError('not_found')
  return { status: 200, body: found }
}
