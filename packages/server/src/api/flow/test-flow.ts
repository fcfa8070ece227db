import type { FlowDefinition, flowTestIn, flowTestOperations } from '@posthorn/contract'
import type { z } from 'zod'
import { AppError } from '#domain'
import { compileFlow, createSegments, type RunGiven } from '#flows'
import type { ApplicationSnapshot, StoredFlow, StoredRequest } from '#store'
import type { ApiDeps } from '../deps.ts'
import { eventsOf } from '../run/events-of-request.ts'
import { findListener } from '../listener/find-listener.ts'
import type { Handler } from '../route.ts'
import { createMovedSecrets } from '../secret/named-secret.ts'
import { existingFlow } from './find-flow.ts'
import { draftOf } from './flow-row.ts'
import { versionOfFlow } from './flow-versions.ts'
import { simulatedRequest } from './simulated-request.ts'
import { tryFlow } from './try-flow.ts'

interface Attempt {
  readonly flow: StoredFlow
  readonly definition: FlowDefinition
  readonly wanted: z.output<typeof flowTestIn>
}

/** Tries flows out. Tries share the turns that they take on the event loop. */
export function createFlowTester({ ids, clock, segmentPool }: ApiDeps): Handler<typeof flowTestOperations.test> {
  const segments = createSegments({ ids, clock, pool: segmentPool })
  return async (deps, { application, params, body }) => {
    const { transforms } = deps
    const flow = await existingFlow(deps, application, params)
    const definition = body.version === undefined ? draftOf(flow) : await definitionOf(deps, flow, body.version)
    const compiled = await compileFlow(definition, { transforms, owner: application.id })
    if (!compiled.ok)
      throw new AppError('validation_error', { fields: compiled.faults.map((one) => ({ ...one, pointer: `/flow${one.pointer}` })) })
    const given = await givenOf(deps, application, { flow, definition, wanted: body })
    const trying = { segments, transforms, meta: { ...body.meta }, outcomes: body.outcomes }
    return { status: 200, body: await tryFlow(compiled.flow, given, trying) }
  }
}

async function definitionOf(deps: ApiDeps, flow: StoredFlow, version: number): Promise<FlowDefinition> {
  return JSON.parse((await versionOfFlow(deps, flow, String(version))).definition) as FlowDefinition
}

async function givenOf(deps: ApiDeps, application: ApplicationSnapshot, { flow, definition, wanted }: Attempt): Promise<RunGiven> {
  const now = deps.clock.now()
  const request = await requestFor(deps, application, { definition, wanted })
  const input = JSON.stringify({ document: wanted.document ?? null, ...(wanted.eventType && { eventType: wanted.eventType }) })
  const secrets = createMovedSecrets(deps, application)
  const id = deps.ids.make('run')
  return {
    run: { id, flowId: flow.id, version: wanted.version ?? 0, key: id, applicationId: application.id, createdAt: now },
    secrets: Object.fromEntries(application.secrets.map(({ name }) => [name, secrets.text(name) ?? ''])),
    input: request === null ? input : wanted.request === undefined ? null : ((await eventsOf(deps, request))[0] ?? null),
    request,
    wake: null,
    snapshot: application,
    koReply: null,
    // Nothing is started by a try.
    chainEnds: () => false,
    endings: () => [],
  }
}

/** A past request, or the one that the listener expects; null for flows that no request starts. */
async function requestFor(
  deps: ApiDeps,
  application: ApplicationSnapshot,
  { definition: { trigger }, wanted: { request, simulated = {} } }: Omit<Attempt, 'flow'>,
): Promise<StoredRequest | null> {
  if (request !== undefined) return pastRequest(deps, application, request)
  if (trigger.kind !== 'webhook') return null
  const listener = findListener(application, trigger.listener)
  if (!listener) throw fault('/flow/trigger/listener', 'unknown_listener', `There is no listener "${trigger.listener}". Create it first.`)
  return simulatedRequest(application, listener, { id: deps.ids.make('req'), now: deps.clock.now(), simulated })
}

async function pastRequest({ store }: ApiDeps, application: ApplicationSnapshot, id: string): Promise<StoredRequest> {
  const row = await store.logs.requests.find(application.id, id)
  if (row) return row
  throw fault('/request', 'unknown_request', `There is no request "${id}" in this application.`)
}

function fault(pointer: string, code: string, message: string): AppError {
  return new AppError('validation_error', { fields: [{ pointer, code, message }] })
}
