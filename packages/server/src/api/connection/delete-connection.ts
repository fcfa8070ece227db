import type { connectionOperations } from '@posthorn/contract'
import { AppError } from '#domain'
import type { ApplicationSnapshot } from '#store'
import { changeApplication } from '../change.ts'
import type { ApiDeps } from '../deps.ts'
import type { Answer, Call } from '../route.ts'
import { callersOf, shownCallers } from './callers.ts'
import { connectionJson, existingConnection } from './connection-json.ts'

export async function deleteConnection(deps: ApiDeps, call: Call<typeof connectionOperations.delete>): Promise<Answer> {
  await changeApplication(deps, call, async (application) => {
    const before = existingConnection(application, call.params)
    await refuseCalled(application, before.name)
    return {
      statements: [deps.store.statements.connections.remove(application.id, before.name)],
      action: 'connection.deleted',
      target: before.name,
      before: connectionJson(before, application.secrets),
      result: undefined,
    }
  })
  return { status: 204 }
}

/** Its next run would find out otherwise, not who deleted it. */
async function refuseCalled(application: ApplicationSnapshot, name: string): Promise<void> {
  const { count, flows } = shownCallers((await callersOf(application)).get(name))
  if (count === 0) return
  const others = count > flows.length ? [`${count - flows.length} more`] : []
  const named = [...flows.map((flow) => `the flow "${flow.name}"`), ...others].join(' and ')
  throw new AppError('connection_in_use', { detail: `The connection ${name} is called by ${named}.` })
}
