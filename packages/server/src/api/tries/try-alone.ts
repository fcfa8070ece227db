import type { flowTestIn } from '@posthorn/contract'
import type { z } from 'zod'
import { createTryStep, Tokens } from '#delivery'
import type { Ids } from '#domain'
import { compileFlow, createSegments, type CompiledFlow, type FlowCompilation, type RunGiven, type SegmentPool } from '#flows'
import type { Clock, Egress, Random, Transforms } from '#platform'
import type { ApplicationSnapshot, StoredListener, StoredRequest } from '#store'
import { endingAfter } from './ending-after.ts'
import { simulatedRequest } from './simulated-request.ts'
import { createStepCalls } from './step-calls.ts'
import { Showing } from './showing.ts'
import { tryFlow, type FlowTryOut } from './try-flow.ts'

export interface AloneDeps {
  readonly clock: Clock
  readonly random: Random
  readonly ids: Ids
  readonly egress: Pick<Egress, 'send'>
  readonly transforms: Transforms
  readonly segmentPool: Pick<SegmentPool, 'run'>
}

type Wanted = z.output<typeof flowTestIn>

/** What to try, as calls of the API say it. */
export interface AloneTrial extends Pick<Wanted, 'simulated' | 'document' | 'eventType' | 'outcomes' | 'calls' | 'until'> {
  readonly definition: unknown
  readonly meta: Readonly<Record<string, unknown>>
  readonly secrets: RunGiven['secrets']
}

export type AloneTried =
  | { readonly kind: 'tried'; readonly tried: FlowTryOut }
  | { readonly kind: 'faulty'; readonly faults: Extract<FlowCompilation, { ok: false }>['faults'] }
  /** The trial names a step that the flow has not. */
  | { readonly kind: 'unknown_step'; readonly message: string }

const OWNER = 'app_alone'

/** Tries a flow that no server knows, in this process: no store, no listener but the one that it names. */
export async function tryAlone(deps: AloneDeps, trial: AloneTrial): Promise<AloneTried> {
  const { transforms, clock, ids, segmentPool } = deps
  const of = { transforms, owner: OWNER }
  const whole = await compileFlow(trial.definition, of)
  if (!whole.ok) return { kind: 'faulty', faults: whole.faults }
  const message = unknownStep(whole.flow, trial)
  if (message !== undefined) return { kind: 'unknown_step', message }
  const ending = trial.until === undefined ? undefined : endingAfter(whole.flow.definition, trial.until)
  const compiled = ending === undefined ? whole : await compileFlow(ending, of)
  if (!compiled.ok) return { kind: 'faulty', faults: compiled.faults }
  const { flow } = compiled
  const calls = createStepCalls({ clock, tryStep: createTryStep({ ...deps, tokens: new Tokens(deps) }) }, trial)
  const trying = {
    store: null,
    ids,
    segments: createSegments({ ids, clock, pool: segmentPool }),
    transforms,
    calls,
    meta: trial.meta,
    until: trial.until,
    showing: new Showing(),
  }
  return { kind: 'tried', tried: await tryFlow(flow, givenOf(deps, flow, trial), trying) }
}

function unknownStep({ steps, sendingSteps }: CompiledFlow, { until, outcomes }: AloneTrial): string | undefined {
  if (until !== undefined && !steps.has(until)) return `There is no step "${until}" in this flow.`
  const unknown = Object.keys(outcomes).find((id) => !sendingSteps.includes(id))
  return unknown === undefined ? undefined : `No step "${unknown}" of this flow calls anybody, so it has no outcome.`
}

function givenOf({ ids, clock }: AloneDeps, { trigger, secrets: read }: CompiledFlow, { secrets: given, ...source }: AloneTrial): RunGiven {
  const id = ids.make('run')
  // Where nothing is sent, nobody need have them.
  const standIns = source.calls === 'shown' ? Object.fromEntries([...read.keys()].map((name) => [name, `secret-${name}`])) : {}
  const secrets = { ...standIns, ...given }
  const { snapshot, request } = aloneWith(source.simulated ?? {}, {
    isAsked: trigger.kind === 'webhook',
    id: ids.make('req'),
    now: clock.now(),
  })
  const input = JSON.stringify({ document: source.document ?? null, ...(source.eventType && { eventType: source.eventType }) })
  return {
    run: { id, flowId: 'flow_alone', version: 0, key: id, applicationId: OWNER, createdAt: clock.now() },
    ...{ secrets, input: request === null ? input : null, request, wake: null, snapshot, isHeard: request !== null, koReply: null },
    chainEnds: () => false,
    endings: () => [],
  }
}

/** An application with nothing but a listener whose suffix has the parameters that the request gives. */
function aloneWith(
  simulated: NonNullable<AloneTrial['simulated']>,
  { isAsked, id, now }: { readonly isAsked: boolean; readonly id: string; readonly now: number },
): { readonly snapshot: ApplicationSnapshot; readonly request: StoredRequest | null } {
  const suffix = `/${['flow', ...Object.keys(simulated.params ?? {}).map((name) => `:${name}`)].join('/')}`
  const listener: StoredListener = {
    ...{ id: 'lst_alone', application_id: OWNER, uid: null, name: 'alone', system: 'custom', suffix, methods: '["POST"]' },
    ...{ auth: '', config: '{}', enabled: 1, capture: null, capture_until: null, created_at: now, updated_at: now, deleted_at: null },
  }
  const row = {
    ...{ id: OWNER, uid: 'alone', name: 'alone', plan: 'unlimited', settings: '{}', version: 0 },
    ...{ created_at: now, updated_at: now, deleted_at: null },
  }
  const parts = { endpoints: [], listeners: [listener], flows: [], secrets: [], connections: [] }
  // A run reads its listener, and which flows its events start.
  const snapshot = { ...row, row, ...parts } as unknown as ApplicationSnapshot
  return { snapshot, request: isAsked ? simulatedRequest(snapshot, listener, { id, now, simulated }) : null }
}
