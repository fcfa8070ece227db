import { bearerTokenFault, connectionName, headerFault, type ConnectionAuth, type connectionOperations } from '@posthorn/contract'
import { AppError, connectionSecrets, secretOfConnection, type FieldFault, type KeptConnectionAuth } from '#domain'
import { failures } from '#platform'
import type { StoredConnection } from '#store'
import { changeApplication } from '../change.ts'
import type { ApiDeps } from '../deps.ts'
import type { Answer, Call } from '../route.ts'
import { createMovedSecrets, type MovedSecrets } from '../secret/named-secret.ts'
import { callersOf, shownCallers } from './callers.ts'
import { connectionJson, withSecret } from './connection-json.ts'

export async function putConnection(deps: ApiDeps, call: Call<typeof connectionOperations.put>): Promise<Answer> {
  const name = checkName(call.params['connection_name']!)
  const { baseUrl, auth } = call.body
  let status = 201
  const body = await changeApplication(deps, call, async (application) => {
    const secrets = createMovedSecrets(deps, application)
    const kept = keepSecret(secrets, name, auth)
    const faults = [...faultsOfUrls(deps, baseUrl, auth), ...faultsOfSecret(secrets, kept)]
    if (faults.length > 0) throw new AppError('validation_error', { fields: faults })
    const before = application.connections.find((one) => one.name === name)
    status = before ? 200 : 201
    const now = deps.clock.now()
    const row: StoredConnection = {
      ...{ application_id: application.id, name, base_url: baseUrl, auth: JSON.stringify(kept) },
      ...{ created_at: before?.created_at ?? now, updated_at: now },
    }
    const { connections } = deps.store.statements
    const callers = await callersOf(application)
    const after = connectionJson(row, [...application.secrets, ...secrets.rows()])
    return {
      statements: [...secrets.statements(), before ? connections.update(row) : connections.insert(row)],
      action: before ? 'connection.changed' : 'connection.created',
      target: name,
      ...(before && { before: connectionJson(before, application.secrets) }),
      after,
      result: { ...after, calledBy: shownCallers(callers.get(name)) },
    }
  })
  return { status, body }
}

function checkName(name: string): string {
  const checked = connectionName.safeParse(name)
  if (checked.success) return name
  const message = checked.error.issues.map((issue) => issue.message).join(' ')
  throw new AppError('validation_error', { detail: message, fields: [{ pointer: '/name', code: 'bad_name', message }] })
}

/** A literal moves to a secret that is named after the connection; a reference stays. */
function keepSecret(secrets: MovedSecrets, name: string, auth: ConnectionAuth): KeptConnectionAuth {
  return withSecret(auth, (secret: string | { readonly name: string }) => ({
    name: typeof secret === 'string' ? secrets.keep(`${name}_${auth.kind}`, secret) : secret.name,
  })) as KeptConnectionAuth
}

function faultsOfUrls({ egress }: Pick<ApiDeps, 'egress'>, baseUrl: string, auth: ConnectionAuth): FieldFault[] {
  const urls = [['/baseUrl', baseUrl] as const, ...(auth.kind === 'oauth2' ? [['/auth/tokenUrl', auth.tokenUrl] as const] : [])]
  return urls.flatMap(([pointer, url]) => {
    const vetted = egress.vet(url)
    return vetted.ok ? [] : [{ pointer, code: vetted.code, message: `${vetted.reason} ${failures[vetted.code].nextStep}` }]
  })
}

/** What is not there, and what no header can hold. */
function faultsOfSecret(secrets: MovedSecrets, kept: KeptConnectionAuth): FieldFault[] {
  const name = secretOfConnection(kept)
  if (kept.kind === 'none' || name === null) return []
  const pointer = `/auth/${connectionSecrets[kept.kind]}`
  const text = secrets.text(name)
  if (text === undefined) return [{ pointer, code: 'unknown_secret', message: `There is no secret "${name}" in this application.` }]
  const message = faultOfText(kept, text)
  return message === undefined ? [] : [{ pointer, code: 'unfit', message }]
}

function faultOfText(kept: KeptConnectionAuth, text: string): string | undefined {
  if (kept.kind === 'bearer') return bearerTokenFault(text)
  return kept.kind === 'api_key' ? headerFault(kept.name, text) : undefined
}

/** Why the secret `name` could not go along with calls of this connection if it became `text`; undefined if it could, or is not read. */
export function faultOfConnectionSecret(
  { auth }: Readonly<StoredConnection>,
  { name, text }: { readonly name: string; readonly text: string },
): string | undefined {
  const kept = JSON.parse(auth) as KeptConnectionAuth
  return secretOfConnection(kept) === name ? faultOfText(kept, text) : undefined
}
