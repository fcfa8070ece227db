import { secretName, type FlowDefinition, type secretOperations } from '@posthorn/contract'
import { AppError } from '#domain'
import type { ApplicationSnapshot, StoredSecret, Statement } from '#store'
import { changeApplication } from '../change.ts'
import { faultOfConnectionSecret } from '../connection/put-connection.ts'
import type { ApiDeps } from '../deps.ts'
import { faultOfSigningSecret } from '../flow/flow-secrets.ts'
import { flowsReading } from '../flow/flows-reading.ts'
import { faultOfSecret } from '../listener/listener-auth.ts'
import type { Answer, Call } from '../route.ts'
import { secretRow } from './named-secret.ts'
import { secretJson } from './read-secrets.ts'

export async function putSecret(deps: ApiDeps, call: Call<typeof secretOperations.put>): Promise<Answer> {
  const name = checkName(call.params['secret_name']!)
  let status = 201
  const body = await changeApplication(deps, call, async (application) => {
    const before = application.secrets.find((secret) => secret.name === name)
    await refuseUnfit(deps, application, { name, text: call.body.value })
    status = before ? 200 : 201
    const row = secretRow(deps, application.id, { name, text: call.body.value, ...(before && { createdAt: before.created_at }) })
    return {
      statements: [writes(deps, row, before !== undefined)],
      action: before ? 'secret.changed' : 'secret.created',
      target: name,
      ...(before && { before: secretJson(before) }),
      after: secretJson(row),
      result: secretJson(row),
    }
  })
  return { status, body }
}

function checkName(name: string): string {
  const checked = secretName.safeParse(name)
  if (checked.success) return name
  const message = checked.error.issues.map((issue) => issue.message).join(' ')
  throw new AppError('validation_error', { detail: message, fields: [{ pointer: '/name', code: 'bad_name', message }] })
}

function writes({ store }: ApiDeps, row: StoredSecret, isThere: boolean): Statement {
  const { secrets } = store.statements
  return isThere ? secrets.update(row) : secrets.insert(row)
}

/** What is changed while it is read must fit its readers: the next request or delivery would find out otherwise. */
async function refuseUnfit(
  deps: ApiDeps,
  application: ApplicationSnapshot,
  secret: { readonly name: string; readonly text: string },
): Promise<void> {
  const flows = await flowsReading(application, secret.name)
  const reasons = [
    ...application.listeners.map((one) => [`listener "${one.name}"`, faultOfSecret(deps, one, secret)] as const),
    ...application.connections.map((one) => [`connection "${one.name}"`, faultOfConnectionSecret(one, secret)] as const),
    ...flows.map(
      (one) => [`flow "${one.name}"`, faultOfSigningSecret(JSON.parse(one.published.definition) as FlowDefinition, secret)] as const,
    ),
  ]
  const fields = reasons.flatMap(([reader, fault]) =>
    fault === undefined ? [] : [{ pointer: '/value', code: 'unfit', message: `The ${reader} reads this secret. ${fault}` }],
  )
  if (fields.length > 0) throw new AppError('validation_error', { fields })
}
