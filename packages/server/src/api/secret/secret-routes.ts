import { secretName, secretOperations, type FlowDefinition, type SecretOut } from '@posthorn/contract'
import { AppError } from '#domain'
import type { ApplicationSnapshot, SecretTable } from '#store'
import { changeApplication } from '../change.ts'
import type { ApiDeps } from '../deps.ts'
import { faultOfSigningSecret } from '../flow/flow-secrets.ts'
import { faultOfSecret, secretsOfAuth } from '../listener/listener-auth.ts'
import { pageAnswer, readPage } from '../page.ts'
import { route, type Route } from '../route.ts'
import { secretRow } from './named-secret.ts'

/** Named secrets of an application. Their values come in and never go out. */
export function secretRoutes(deps: ApiDeps): Route[] {
  const { db } = deps.store
  const operations = secretOperations

  return [
    route(operations.list, async ({ application, query }) => {
      const page = readPage(query, 'secret', 'ascending')
      let select = db
        .selectFrom('secret')
        .selectAll()
        .where('application_id', '=', application.id)
        .orderBy('name', page.order)
        .limit(page.limit + 1)
      if (page.beyond !== null) select = select.where('name', page.order === 'asc' ? '>' : '<', page.beyond)
      return { status: 200, body: pageAnswer(page, await select.execute(), { key: (row) => row.name, item: secretJson }) }
    }),
    route(operations.get, async ({ application, params }) => ({ status: 200, body: secretJson(existing(application, params)) })),
    route(operations.put, async (call) => {
      const name = call.params['secret_name']!
      const checked = secretName.safeParse(name)
      if (!checked.success) {
        const message = checked.error.issues.map((issue) => issue.message).join(' ')
        throw new AppError('validation_error', { detail: message, fields: [{ pointer: '/name', code: 'bad_name', message }] })
      }
      let status = 201
      const body = await changeApplication(deps, call, (application) => {
        const before = application.secrets.find((secret) => secret.name === name)
        refuseUnfit(deps, application, { name, text: call.body.value })
        status = before ? 200 : 201
        const row = secretRow(deps, application.id, { name, text: call.body.value, ...(before && { createdAt: before.created_at }) })
        const { sealed, last4, updated_at } = row
        const query = before
          ? db
              .updateTable('secret')
              .set({ sealed, last4, updated_at })
              .where('application_id', '=', application.id)
              .where('name', '=', name)
          : db.insertInto('secret').values(row)
        return {
          statements: [{ query: query.compile(), rows: 1 }],
          action: before ? 'secret.changed' : 'secret.created',
          target: name,
          ...(before && { before: secretJson(before) }),
          after: secretJson(row),
          result: secretJson(row),
        }
      })
      return { status, body }
    }),
    route(operations.delete, async (call) => {
      await changeApplication(deps, call, (application) => {
        const before = existing(application, call.params)
        refuseUsed(deps, application, before.name)
        const query = db.deleteFrom('secret').where('application_id', '=', application.id).where('name', '=', before.name).compile()
        return {
          statements: [{ query, rows: 1 }],
          action: 'secret.deleted',
          target: before.name,
          before: secretJson(before),
          result: undefined,
        }
      })
      return { status: 204 }
    }),
  ]
}

function existing(application: ApplicationSnapshot, params: Readonly<Record<string, string>>): Readonly<SecretTable> {
  const secret = application.secrets.find(({ name }) => name === params['secret_name'])
  if (!secret) throw new AppError('not_found')
  return secret
}

/** What is deleted while it is read would be found by the next request or run, not by whoever deleted it. */
function refuseUsed(deps: ApiDeps, application: ApplicationSnapshot, name: string): void {
  const mention = new RegExp(`\\bsecrets\\.${name}(?![A-Za-z0-9_-])`)
  const readers = [
    ...application.listeners.filter((listener) => secretsOfAuth(deps, listener).includes(name)).map((one) => `the listener "${one.name}"`),
    ...application.flows.filter((flow) => mention.test(flow.published?.definition ?? '')).map((one) => `the flow "${one.name}"`),
  ]
  if (readers.length > 0) throw new AppError('secret_in_use', { detail: `The secret ${name} is read by ${readers.join(' and ')}.` })
}

/** What is changed while it is read must fit its readers: the next request or delivery would find out otherwise. */
function refuseUnfit(deps: ApiDeps, application: ApplicationSnapshot, secret: { readonly name: string; readonly text: string }): void {
  const reasons = [
    ...application.listeners.map((one) => [`listener "${one.name}"`, faultOfSecret(deps, one, secret)] as const),
    ...application.flows.flatMap((one) =>
      one.published?.definition.includes(`secrets.${secret.name}`)
        ? [[`flow "${one.name}"`, faultOfSigningSecret(JSON.parse(one.published.definition) as FlowDefinition, secret)] as const]
        : [],
    ),
  ]
  const fields = reasons.flatMap(([reader, fault]) =>
    fault === undefined ? [] : [{ pointer: '/value', code: 'unfit', message: `The ${reader} reads this secret. ${fault}` }],
  )
  if (fields.length > 0) throw new AppError('validation_error', { fields })
}

function secretJson(row: Pick<SecretTable, 'name' | 'last4' | 'created_at' | 'updated_at'>): SecretOut {
  const { name, last4, created_at, updated_at } = row
  return { name, last4, createdAt: new Date(created_at).toISOString(), updatedAt: new Date(updated_at).toISOString() }
}
