import { walkSteps, type connectionOperations, type FlowDefinition } from '@posthorn/contract'
import { AppError } from '#domain'
import type { ApplicationSnapshot } from '#store'
import { changeApplication } from '../change.ts'
import type { ApiDeps } from '../deps.ts'
import type { Answer, Call } from '../route.ts'
import { connectionJson, existingConnection } from './connection-json.ts'

export async function deleteConnection(deps: ApiDeps, call: Call<typeof connectionOperations.delete>): Promise<Answer> {
  await changeApplication(deps, call, (application) => {
    const before = existingConnection(application, call.params)
    refuseCalled(application, before.name)
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
function refuseCalled({ flows }: ApplicationSnapshot, name: string): void {
  const callers = flows.filter(
    ({ published }) => published !== null && connectionsOf(JSON.parse(published.definition) as FlowDefinition).has(name),
  )
  if (callers.length === 0) return
  const named = callers.map((flow) => `the flow "${flow.name}"`).join(' and ')
  throw new AppError('connection_in_use', { detail: `The connection ${name} is called by ${named}.` })
}

/** The connections that a definition names, with the pointers to where. */
function connectionsOf(definition: FlowDefinition): ReadonlySet<string> {
  const names = new Set<string>()
  walkSteps(definition, (step) => {
    if (step.kind === 'http_request' && step.system !== undefined) names.add(step.system)
  })
  return names
}
