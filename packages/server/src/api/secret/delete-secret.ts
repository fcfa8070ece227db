import type { secretOperations } from '@posthorn/contract'
import { AppError, secretOfConnection, type KeptConnectionAuth } from '#domain'
import type { ApplicationSnapshot } from '#store'
import { changeApplication } from '../change.ts'
import type { ApiDeps } from '../deps.ts'
import { flowsReading } from '../flow/flows-reading.ts'
import { secretsOfAuth } from '../listener/listener-auth.ts'
import type { Answer, Call } from '../route.ts'
import { existingSecret, secretJson } from './read-secrets.ts'

export async function deleteSecret(deps: ApiDeps, call: Call<typeof secretOperations.delete>): Promise<Answer> {
  await changeApplication(deps, call, async (application) => {
    const before = existingSecret(application, call.params)
    await refuseUsed(deps, application, before.name)

    return {
      statements: [deps.store.statements.secrets.remove(application.id, before.name)],
      action: 'secret.deleted',
      target: before.name,
      before: secretJson(before),
      result: undefined,
    }
  })
  return { status: 204 }
}

/** What is deleted while it is read would be found by the next request or run, not by whoever deleted it. */
async function refuseUsed(deps: ApiDeps, application: ApplicationSnapshot, name: string): Promise<void> {
  const flows = await flowsReading(application, name)
  const readers = [
    ...application.listeners.filter((listener) => secretsOfAuth(deps, listener).includes(name)).map((one) => `the listener "${one.name}"`),
    ...application.connections
      .filter(({ auth }) => secretOfConnection(JSON.parse(auth) as KeptConnectionAuth) === name)
      .map((one) => `the connection "${one.name}"`),
    ...flows.map((one) => `the flow "${one.name}"`),
  ]
  if (readers.length > 0) throw new AppError('secret_in_use', { detail: `The secret ${name} is read by ${readers.join(' and ')}.` })
}
