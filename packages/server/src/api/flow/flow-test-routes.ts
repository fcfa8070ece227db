import { flowTestOperations, type FlowDefinition, type flowTestIn } from '@posthorn/contract'
import type { z } from 'zod'
import { AppError } from '#domain'
import { compileFlow, createSegments, type RunGiven } from '#flows'
import type { ApplicationSnapshot, FlowTable, RequestTable } from '#store'
import type { ApiDeps } from '../deps.ts'
import { findListener } from '../listener/find-listener.ts'
import { route, type Route } from '../route.ts'
import { createMovedSecrets } from '../secret/named-secret.ts'
import { draftOf } from './flow-row.ts'
import { existingFlow, versionOfFlow } from './flow-routes.ts'
import { simulatedRequest } from './simulated-request.ts'
import { tryFlow } from './try-flow.ts'

interface Attempt {
  readonly flow: FlowTable
  readonly definition: FlowDefinition
  readonly wanted: z.output<typeof flowTestIn>
}

/** Trying flows. */
export function flowTestRoutes(deps: ApiDeps): Route[] {
  const { ids, clock, transforms } = deps
  const segments = createSegments({ ids, clock, pool: deps.segmentPool })

  const givenOf = async (application: ApplicationSnapshot, { flow, definition, wanted }: Attempt): Promise<RunGiven> => {
    const now = clock.now()
    const request = await requestFor(deps, application, { definition, wanted })
    const input = JSON.stringify({ document: wanted.document ?? null, ...(wanted.eventType && { eventType: wanted.eventType }) })
    const secrets = createMovedSecrets(deps, application)
    const id = ids.make('run')
    return {
      run: { id, flowId: flow.id, version: wanted.version ?? 0, key: id, applicationId: application.id, createdAt: now },
      secrets: Object.fromEntries(application.secrets.map(({ name }) => [name, secrets.text(name) ?? ''])),
      input: request === null ? input : null,
      request,
      wake: null,
      snapshot: application,
      koReply: null,
      // Nothing is started by a try.
      chainEnds: () => false,
      endings: () => [],
    }
  }

  return [
    route(flowTestOperations.test, async ({ application, params, body }) => {
      const flow = await existingFlow(deps, application, params)
      const definition =
        body.version === undefined
          ? draftOf(flow)
          : (JSON.parse((await versionOfFlow(deps, flow, String(body.version))).definition) as FlowDefinition)
      const compiled = await compileFlow(definition, { transforms, owner: application.id })
      if (!compiled.ok)
        throw new AppError('validation_error', { fields: compiled.faults.map((fault) => ({ ...fault, pointer: `/flow${fault.pointer}` })) })
      const given = await givenOf(application, { flow, definition, wanted: body })
      return {
        status: 200,
        body: await tryFlow(compiled.flow, given, { segments, transforms, meta: { ...body.meta }, outcomes: body.outcomes }),
      }
    }),
  ]
}

/** A past request, or the one that the listener expects; null for flows that no request starts. */
async function requestFor(
  { store, ids, clock }: ApiDeps,
  application: ApplicationSnapshot,
  { definition: { trigger }, wanted: { request, simulated = {} } }: Omit<Attempt, 'flow'>,
): Promise<RequestTable | null> {
  if (request !== undefined) {
    const row = await store.db
      .selectFrom('request')
      .selectAll()
      .where('id', '=', request)
      .where('application_id', '=', application.id)
      .executeTakeFirst()
    if (row) return row
    throw fault('/request', 'unknown_request', `There is no request "${request}" in this application.`)
  }
  if (trigger.kind !== 'webhook') return null
  const listener = findListener(application, trigger.listener)
  if (!listener) throw fault('/flow/trigger/listener', 'unknown_listener', `There is no listener "${trigger.listener}". Create it first.`)
  return simulatedRequest(application, listener, { id: ids.make('req'), now: clock.now(), simulated })
}

function fault(pointer: string, code: string, message: string): AppError {
  return new AppError('validation_error', { fields: [{ pointer, code, message }] })
}
