import type { FlowTestOut } from '@posthorn/contract'
import { parseExactJson, type StepDeliveryOutcome } from '#domain'
import { advance, newRunState, type Advance, type CompiledFlow, type RunInputs } from '#flows'
import type { Transforms } from '#platform'
import { stepsJson } from '../run/run-row.ts'

/** How a delivery of a step is to end, by step id. */
export type Outcomes = Readonly<Record<string, { readonly ok: boolean; readonly status: number | null; readonly body: string | null }>>

/**
 * Runs a flow to its end without keeping or sending anything: what it would have done is the answer. The interpreter is the
 * same that real runs use, so what is seen here is what will happen.
 */
export async function tryFlow(
  flow: CompiledFlow,
  inputs: RunInputs,
  { transforms, meta, outcomes }: { transforms: Pick<Transforms, 'evaluate'>; meta: Record<string, unknown>; outcomes: Outcomes },
): Promise<FlowTestOut> {
  const done: Advance['effects'][] = []
  let now = advance(flow, newRunState(flow.first, meta), inputs)
  for (;;) {
    const { outcome, state, effects } = now
    if (outcome.kind === 'compute') {
      const answer = await transforms.evaluate(outcome.job, inputs.run.applicationId)
      now = advance(flow, state, { ...inputs, resume: { kind: 'computed', answer, carried: outcome.carried } })
      continue
    }
    done.push(effects)
    if (outcome.kind === 'finished') return told(now, { done, inputs, status: outcome.status, errorCode: outcome.code })
    const sent = effects.deliveries.at(-1)
    now =
      outcome.kind === 'parked' && sent
        ? advance(flow, state, { ...inputs, resume: { kind: 'delivered', outcome: outcomeOf(outcomes[sent.stepId]) } })
        : advance(flow, state, inputs)
  }
}

function outcomeOf(wanted: Outcomes[string] | undefined): StepDeliveryOutcome {
  const { ok, status, body } = wanted ?? { ok: true, status: 200, body: null }
  if (ok) return { ok, code: null, message: null, status, body }
  return { ok, code: status === null ? 'timeout' : 'http_status', message: 'The delivery was to fail in this test.', status, body }
}

interface Told {
  readonly done: readonly Advance['effects'][]
  readonly inputs: RunInputs
  readonly status: 'ok' | 'ko'
  readonly errorCode: string | null
}

function told({ state }: Advance, { done, inputs, status, errorCode }: Told): FlowTestOut {
  const { method, path, params, query, headers, body } = inputs.trigger
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8')
  const out = {
    status,
    errorCode,
    trigger: { method, path, params, query, headers, body },
    steps: stepsJson({ steps: JSON.stringify(state.steps) }),
    faults: state.faults,
    meta: state.meta,
    reply: done.map(({ reply }) => reply).find((reply) => reply !== null) ?? null,
    // Not the headers: credentials are in place there. The step's record shows them without.
    deliveries: done.flatMap(({ deliveries }) => deliveries.map(({ stepId, event, body: sent }) => ({ stepId, event, body: text(sent) }))),
    messages: done.flatMap(({ messages }) =>
      messages.map(({ eventType, eventId, channels, data }) => ({ eventType, eventId, channels, data: parseExactJson(text(data)) })),
    ),
  }
  return out as unknown as FlowTestOut
}
