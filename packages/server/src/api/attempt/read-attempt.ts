import type { attemptOperations } from '@posthorn/contract'
import type { AttemptWithDelivery } from '#store'
import { missing } from '../call/name-missing.ts'
import { changeOrganisation } from '../change.ts'
import type { ApiDeps } from '../deps.ts'
import { findMessage } from '../message/find-message.ts'
import type { Answer, Call } from '../route.ts'
import { attemptJson } from './attempt-json.ts'

type AttemptCall = Call<typeof attemptOperations.get>

export async function getAttempt(deps: ApiDeps, call: AttemptCall): Promise<Answer> {
  return { status: 200, body: attemptJson(await existingAttempt(deps, call), true) }
}

/** Removes what the receiver answered. */
export async function expungeAttempt(deps: ApiDeps, call: Call<typeof attemptOperations.expunge>): Promise<Answer> {
  const attempt = await existingAttempt(deps, call)
  await changeOrganisation(deps, call, async () => ({
    statements: [deps.store.statements.logs.expungeAttempt(attempt.id)],
    application: call.application.id,
    action: 'attempt.expunged',
    target: attempt.id,
    before: { responseBytes: attempt.response_body?.length ?? 0 },
    after: { responseBytes: 0 },
    result: undefined,
  }))
  return { status: 204 }
}

/** The attempt that the path names. */
async function existingAttempt(deps: ApiDeps, call: Pick<AttemptCall, 'params' | 'application'>): Promise<AttemptWithDelivery> {
  const message = await findMessage(deps, call)
  const name = call.params['attempt_id'] ?? ''
  const row = await deps.store.logs.attempts.find(message.id, name)
  if (!row) throw missing('attempt', name)
  return row
}
