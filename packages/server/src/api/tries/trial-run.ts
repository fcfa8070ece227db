import type { FlowDefinition, flowTestIn } from '@posthorn/contract'
import type { z } from 'zod'
import { AppError } from '#domain'
import { eventsOfRequest, type RunGiven } from '#flows'
import { splitting } from '#ingest'
import type { ApplicationSnapshot, StoredRequest } from '#store'
import type { ApiDeps } from '../deps.ts'
import { findListener } from '../listener/find-listener.ts'
import { createMovedSecrets, type MovedSecrets } from '../secret/named-secret.ts'
import { simulatedRequest } from './simulated-request.ts'

/** What starts a run that is tried. */
export type TrialSource = Pick<z.output<typeof flowTestIn>, 'request' | 'simulated' | 'document' | 'eventType'>

/** The text of each secret, by name. */
export type OpenSecrets = RunGiven['secrets']

/** All that the application has, and those of a definition that nobody saved. */
export function secretsOf(deps: ApiDeps, application: ApplicationSnapshot, moved?: MovedSecrets): OpenSecrets {
  const secrets = moved ?? createMovedSecrets(deps, application)
  const names = [...application.secrets, ...secrets.rows()].map(({ name }) => name)
  return Object.fromEntries(names.map((name) => [name, secrets.text(name) ?? '']))
}

interface TrialFlow {
  readonly flowId: string
  readonly version: number
  readonly trigger: FlowDefinition['trigger']
  readonly secrets: OpenSecrets
  /** Where the caller named the listener. */
  readonly listenerPointer: string
}

/** Makes what a run of this flow would be given if `source` started it. `pointer` is where the source stands in the call. */
export function createTrialRuns(
  deps: ApiDeps,
  application: ApplicationSnapshot,
  { flowId, version, trigger, secrets, listenerPointer }: TrialFlow,
): (source: TrialSource, pointer: string) => Promise<RunGiven> {
  return async (source, pointer) => {
    const request = await requestFor(deps, application, { trigger, source, pointer, listenerPointer })
    const input = JSON.stringify({ document: source.document ?? null, ...(source.eventType && { eventType: source.eventType }) })
    const id = deps.ids.make('run')
    const eventOf = async (kept: StoredRequest) =>
      (await eventsOfRequest({ store: deps.store, splitting }, application, kept, 1))[0] ?? null
    return {
      run: { id, flowId, version, key: id, applicationId: application.id, createdAt: deps.clock.now() },
      secrets,
      input: request === null ? input : source.request === undefined ? null : await eventOf(request),
      request,
      wake: null,
      snapshot: application,
      isHeard: request !== null,
      koReply: null,
      // Nothing is started by a try.
      chainEnds: () => false,
      endings: () => [],
    }
  }
}

/** A past request, or the one that the listener expects; null for flows that no request starts. */
async function requestFor(
  deps: ApiDeps,
  application: ApplicationSnapshot,
  {
    trigger,
    source: { request, simulated = {} },
    pointer,
    listenerPointer,
  }: Pick<TrialFlow, 'trigger' | 'listenerPointer'> & { readonly source: TrialSource; readonly pointer: string },
): Promise<StoredRequest | null> {
  if (request !== undefined) {
    const row = await deps.store.logs.requests.find(application.id, request)
    if (row) return row
    throw fault(`${pointer}/request`, 'unknown_request', `There is no request "${request}" in this application.`)
  }
  if (trigger.kind !== 'webhook') return null
  const listener = findListener(application, trigger.listener)
  if (!listener) throw fault(listenerPointer, 'unknown_listener', `There is no listener "${trigger.listener}". Create it first.`)
  return simulatedRequest(application, listener, { id: deps.ids.make('req'), now: deps.clock.now(), simulated })
}

export function fault(pointer: string, code: string, message: string): AppError {
  return new AppError('validation_error', { fields: [{ pointer, code, message }] })
}
