import { parseFlowDefinition, type FlowDefinition, type flowTestIn, type flowTestOperations } from '@posthorn/contract'
import type { z } from 'zod'
import { AppError, parseExactJson, type FieldFault } from '#domain'
import { compileFlow, type CompiledFlow, type Segments } from '#flows'
import type { ApplicationSnapshot, StoredFlow } from '#store'
import type { ApiDeps } from '../deps.ts'
import type { Answer, Call } from '../route.ts'
import { endingAfter } from './ending-after.ts'
import { existingFlow, findFlow } from '../flow/find-flow.ts'
import { draftOf } from '../flow/flow-row.ts'
import { moveSecrets } from '../flow/flow-secrets.ts'
import { versionOfFlow } from '../flow/flow-versions.ts'
import { requireVersion } from '../run/run-again.ts'
import { createStepCalls } from './step-calls.ts'
import { createTrialRuns, fault, secretsOf, type OpenSecrets, type TrialSource } from './trial-run.ts'
import { Showing } from './showing.ts'
import { tryFlow, type FlowTryOut } from './try-flow.ts'

type Trial = z.output<typeof flowTestIn>

/** Tries share the turns that they take on the event loop. */
export interface TryDeps extends ApiDeps {
  readonly segments: Segments
}

/** Tries a flow out. */
export async function testFlow(deps: TryDeps, { application, params, body }: Call<typeof flowTestOperations.test>): Promise<Answer> {
  // A definition may be that of a flow which nobody has saved yet.
  const isNew = body.definition !== undefined && findFlow(application, params['flow_id'] ?? '') === undefined
  const flow = isNew ? undefined : await existingFlow(deps, application, params)
  const [first, ...others] = await tryEach(deps, { application, flow, trial: body })
  return { status: 200, body: { ...first!, others } }
}

interface Tried {
  readonly application: ApplicationSnapshot
  readonly flow: StoredFlow | undefined
  readonly trial: Trial
}

async function tryEach(deps: TryDeps, { application, flow, trial }: Tried): Promise<FlowTryOut[]> {
  const { requests, request, simulated, document, eventType, version, definition, outcomes, until } = trial
  const single = { request, simulated, document, eventType }
  checkAlone(trial)
  const tried =
    definition === undefined
      ? await savedOf(deps, application, { flow: flow!, version })
      : unsavedOf(deps, application, { flow, definition })
  const compiled = await compiledFor(deps, application, tried, until)
  checkOutcomes(compiled, outcomes)
  for (const [index, source] of (requests ?? [single]).entries()) checkSource(compiled, source, requests ? `/requests/${index}` : '')
  const runs = createTrialRuns(deps, application, {
    flowId: flow?.id ?? deps.ids.make('flow'),
    version: version ?? 0,
    trigger: compiled.trigger,
    secrets: tried.secrets,
    listenerPointer: `${tried.pointer}/trigger/listener`,
  })
  // All of them are looked for before the first is tried.
  const given = await Promise.all((requests ?? [single]).map((source, index) => runs(source, requests ? `/requests/${index}` : '')))
  const trying = {
    store: deps.store,
    ids: deps.ids,
    segments: deps.segments,
    transforms: deps.transforms,
    meta: { ...trial.meta },
    calls: createStepCalls({ clock: deps.clock, tryStep: (call) => deps.delivery.tryStep(call, application) }, trial),
    until,
    showing: new Showing(),
  }
  const done: FlowTryOut[] = []
  for (const one of given) done.push(await tryFlow(compiled, one, trying))
  return done
}

interface ToTry {
  readonly definition: FlowDefinition
  readonly secrets: OpenSecrets
  /** Where the caller finds what is wrong with it. */
  readonly pointer: string
}

async function savedOf(
  deps: ApiDeps,
  application: ApplicationSnapshot,
  { flow, version }: { readonly flow: StoredFlow; readonly version: number | undefined },
): Promise<ToTry> {
  if (version !== undefined) await requireVersion(deps, flow.id, version)
  const row = version === undefined ? undefined : await versionOfFlow(deps, flow, String(version))
  const definition = row === undefined ? draftOf(flow) : (parseExactJson(row.definition) as FlowDefinition)
  return { definition, secrets: secretsOf(deps, application), pointer: '/flow' }
}

/** As a save would read it: literal secrets move to names of their own, which this try alone knows. */
function unsavedOf(
  deps: ApiDeps,
  application: ApplicationSnapshot,
  { flow, definition: written }: { readonly flow: StoredFlow | undefined; readonly definition: unknown },
): ToTry {
  const parsed = parseFlowDefinition(withoutSettings(written))
  if (!parsed.ok) throw refused('/definition', parsed.faults)
  const { definition } = parsed
  try {
    const moved = moveSecrets(deps, application, { definition, purpose: flow?.uid ?? definition.name })
    return { definition, secrets: secretsOf(deps, application, moved), pointer: '/definition' }
  } catch (error) {
    throw error instanceof AppError && error.fields.length > 0 ? refused('/definition', error.fields) : error
  }
}

/** What stands beside a definition where it is saved. */
function withoutSettings(written: unknown): unknown {
  if (typeof written !== 'object' || written === null || Array.isArray(written)) return written
  const { uid: _, enabled: __, ...definition } = written as Readonly<Record<string, unknown>>
  return definition
}

async function compiledFor(
  { transforms }: ApiDeps,
  { id: owner }: ApplicationSnapshot,
  { definition, pointer }: ToTry,
  until: string | undefined,
): Promise<CompiledFlow> {
  const whole = await compileFlow(definition, { transforms, owner })
  if (!whole.ok) throw refused(pointer, whole.faults)
  if (until === undefined) return whole.flow
  const ending = endingAfter(definition, until)
  if (ending === undefined) throw fault('/until', 'unknown_step', `There is no step "${until}" in this flow.`)
  const compiled = await compileFlow(ending, { transforms, owner })
  if (!compiled.ok) throw refused(pointer, compiled.faults)
  return compiled.flow
}

function checkAlone({ requests, request, simulated, document, eventType, version, definition }: Trial): void {
  const one = Object.entries({ request, simulated, document, eventType }).find(([, value]) => value !== undefined)?.[0]
  if (requests !== undefined && one !== undefined)
    throw fault(`/${one}`, 'not_with_requests', `Give \`${one}\` or \`requests\`, one of them; \`requests\` holds as many as you like.`)
  if (version !== undefined && definition !== undefined)
    throw fault('/version', 'not_with_definition', 'Give `version` or `definition`, one of them.')
}

/** What would be passed over in silence, and the try be one of the listener's example. */
function checkSource({ trigger }: CompiledFlow, { request, simulated, document }: TrialSource, at: string): void {
  if (request !== undefined && simulated !== undefined)
    throw fault(`${at}/simulated`, 'not_with_request', 'Give `request` or `simulated`, one of them: a past request stays as it came.')
  if (trigger.kind === 'webhook' && document !== undefined)
    throw fault(
      `${at}/document`,
      'not_of_trigger',
      'A listener starts this flow: give `simulated` with a `body`, or the id of a past `request`.',
    )
  if (trigger.kind !== 'webhook' && simulated !== undefined)
    throw fault(`${at}/simulated`, 'not_of_trigger', 'No request starts this flow: give `document`, or the id of a past `request`.')
}

function checkOutcomes({ sendingSteps }: CompiledFlow, outcomes: Trial['outcomes']): void {
  const unknown = Object.keys(outcomes).filter((id) => !sendingSteps.includes(id))
  if (unknown.length === 0) return
  const there = sendingSteps.length === 0 ? 'none of this flow does' : `these do: ${sendingSteps.slice(0, 20).join(', ')}`
  throw new AppError('validation_error', {
    fields: unknown.slice(0, 20).map((id) => ({
      pointer: `/outcomes/${id.replaceAll('~', '~0').replaceAll('/', '~1')}`,
      code: 'unknown_step',
      message: `No step "${id}" calls anybody; ${there}.`,
    })),
  })
}

export function refused(pointer: string, faults: readonly FieldFault[]): AppError {
  return new AppError('validation_error', { fields: faults.map((one) => ({ ...one, pointer: `${pointer}${one.pointer}` })) })
}
