import type { keyOperations } from '@posthorn/contract'
import { AppError, type ApplicationId } from '#domain'
import { changeOrganisation } from '../change.ts'
import type { ApiDeps } from '../deps.ts'
import type { Answer, Call } from '../route.ts'
import { keyJson, newKey } from './key-row.ts'

/** Makes a key; its text is shown in the answer, and never again. */
export async function createKey(deps: ApiDeps, call: Call<typeof keyOperations.create>): Promise<Answer> {
  const { name, access, featureFlags } = call.body
  const expiresAt = call.body.expiresAt === null ? null : Date.parse(call.body.expiresAt)
  if (expiresAt !== null && expiresAt <= deps.clock.now()) {
    throw fault('/expiresAt', 'in_the_past', 'The key would have expired already. Give a time to come.')
  }
  const application = await applicationOf(deps, call.body.application)
  if (application === null && featureFlags.length > 0) {
    const message = 'A key of the organisation sees all event types. Name an application, or leave the flags out.'
    throw fault('/featureFlags', 'no_application', message)
  }
  const { row, text } = newKey(deps, { kind: 'key', name, application, access, featureFlags, expiresAt })
  await changeOrganisation(deps, call, async () => ({
    statements: [deps.store.statements.keys.insert(row)],
    ...(application && { application }),
    action: 'key.created',
    target: row.id,
    after: keyJson(row),
    result: undefined,
  }))
  return { status: 201, body: { ...keyJson(row), key: text } }
}

async function applicationOf({ config }: ApiDeps, idOrUid: string | null): Promise<ApplicationId | null> {
  if (idOrUid === null) return null
  const application = await config.application(idOrUid)
  if (application) return application.id
  throw fault('/application', 'unknown_application', `There is no application "${idOrUid}".`)
}

function fault(pointer: string, code: string, message: string): AppError {
  return new AppError('validation_error', { fields: [{ pointer, code, message }] })
}
