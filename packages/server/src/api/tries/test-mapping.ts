import type { FlowDefinition, FlowStep, mappingTestIn, mappingTestOperations, MappingTestOut } from '@posthorn/contract'
import type { z } from 'zod'
import type { Fault, FieldFault } from '#domain'
import { compileFlow, type CompiledFlow, type RunGiven, type RunState } from '#flows'
import type { ApplicationSnapshot } from '#store'
import type { ApiDeps } from '../deps.ts'
import type { Answer, Call } from '../route.ts'
import { createStepCalls } from './step-calls.ts'
import { refused, type TryDeps } from './test-flow.ts'
import { createTrialRuns, fault } from './trial-run.ts'
import { Showing } from './showing.ts'
import { tryFlow, type FlowTryOut } from './try-flow.ts'

type Wanted = z.output<typeof mappingTestIn>
type Source = Wanted['requests'][number]
type Result = MappingTestOut['results'][number]

/**
 * Tries one field: as a flow of a step that reads it, so that it gives what it would give in a run, within the same limits, and fails
 * in the same words. The steps whose results it is to see are behind that run already.
 */
export async function testMapping(deps: TryDeps, { application, body }: Call<typeof mappingTestOperations.test>): Promise<Answer> {
  const flow = await compiled(deps, application, body)
  const runs = createTrialRuns(deps, application, {
    ...{ flowId: 'flow_tried', version: 0, trigger: flow.trigger, secrets: {}, listenerPointer: '/listener' },
  })
  const given = await Promise.all(body.requests.map((source, index) => runs(source, `/requests/${index}`)))
  const trying = {
    ...{ store: deps.store, ids: deps.ids, segments: deps.segments, transforms: deps.transforms, meta: { ...body.meta } },
    calls: createStepCalls({ clock: deps.clock, tryStep: deps.delivery.tryStep }, { outcomes: {}, calls: 'shown' }),
    showing: new Showing(),
  }
  const results: Result[] = []
  for (const [index, source] of body.requests.entries()) {
    const run = given[index]!
    const tried = await tryFlow(flow, run, { ...trying, before: behind(flow, source, deps.clock.now()) })
    results.push(resultOf(tried, { run, source, wanted: body }))
  }
  return { status: 200, body: { results } satisfies MappingTestOut }
}

async function compiled({ transforms }: ApiDeps, { id: owner }: ApplicationSnapshot, wanted: Wanted): Promise<CompiledFlow> {
  const { listener, requests } = wanted
  const without = requests.findIndex(({ simulated }) => simulated !== undefined)
  if (listener === undefined && without >= 0)
    throw fault(`/requests/${without}/simulated`, 'listener_needed', 'Name the `listener` whose request is simulated.')
  const known = [...new Set(requests.flatMap(({ steps }) => Object.keys(steps)))]
  let id = 'tested'
  while (known.includes(id) || known.includes(`${id}_before`)) id += '_'
  // They are there to be known, and none of them is run.
  const before: FlowStep = { id: `${id}_before`, kind: 'branch', if: false, then: known.map((name) => ({ id: name, kind: 'stop' })) }
  const definition: FlowDefinition = {
    name: 'tested',
    trigger: listener === undefined ? { kind: 'job' } : { kind: 'webhook', listener },
    steps: [before, { ...stepOf(wanted, id), next: [{ status: 'any', do: 'end' }] }],
  }
  const compilation = await compileFlow(definition, { transforms, owner })
  if (!compilation.ok) throw refused('', compilation.faults.map(inTermsOfCall))
  return compilation.flow
}

/** The step whose field it is. */
function stepOf({ template, condition, expression, source }: Wanted, id: string): FlowStep {
  const given = Object.entries({ template, condition, expression, source }).filter(([, value]) => value !== undefined)
  if (given.length !== 1)
    throw fault(`/${given[1]?.[0] ?? 'template'}`, 'one_of', 'Give one of `template`, `condition`, `expression` and `source`.')
  if (condition !== undefined) return { id, kind: 'filter', if: condition }
  if (expression !== undefined) return { id, kind: 'transform', expression }
  if (source !== undefined) return { id, kind: 'code', source }
  return { id, kind: 'set_meta', meta: { value: template! } }
}

/** In terms of the call: the step is ours, the field its caller's. */
function inTermsOfCall(found: FieldFault): FieldFault {
  const pointer = found.pointer
    .replace(/^\/steps\/1\/meta\/value/, '/template')
    .replace(/^\/steps\/1\/if/, '/condition')
    .replace(/^\/steps\/1(?=\/|$)/, '')
    .replace(/^\/steps.*/, '/requests')
  return { ...found, pointer }
}

function behind({ first }: CompiledFlow, { steps, item, index }: Source, now: number): Pick<RunState, 'steps' | 'loops'> {
  const records = Object.entries(steps).map(([id, { status, code, output }]) => ({
    ...{ id, kind: 'stop' as const, status, startedAt: now, durationMs: 0 },
    ...(code !== undefined && { code }),
    ...(output !== undefined && { output }),
  }))
  if (item === undefined) return { steps: records }
  const items = Array.from({ length: index + 1 }, () => item)
  return { steps: records, loops: [{ step: `${first}_each`, items, index, failed: 0 }] }
}

function resultOf(
  { steps }: FlowTryOut,
  { run, source, wanted }: { readonly run: RunGiven; readonly source: Source; readonly wanted: Wanted },
): Result {
  const { status, output, durationMs, warnings, faults } = steps.at(-1)!
  const found = (faults as unknown as Fault[])[0]
  return {
    request: source.request === undefined ? null : run.request!.id,
    value: found === undefined ? valueOf(wanted, { status, output }) : null,
    durationMs,
    warnings,
    fault: found === undefined ? null : { code: found.code, message: sentenceOf(found), paths: [...found.paths] },
  }
}

function valueOf(
  { template, condition }: Wanted,
  { status, output }: Pick<FlowTryOut['steps'][number], 'status' | 'output'>,
): Result['value'] {
  if (condition !== undefined) return status === 'OK'
  return template === undefined ? output : ((output as { readonly value?: Result['value'] }).value ?? null)
}

const sentenceOf = ({ message }: Fault): string => message.replace('(meta.value', '(template')
