import type { runOperations } from '@posthorn/contract'
import { AppError, parseExactJson } from '#domain'
import type { ApplicationSnapshot, FlowSnapshot, NewRun } from '#store'
import { CANONICAL_BYTES_MAX, contentDigest } from '../content-digest.ts'
import type { ApiDeps } from '../deps.ts'
import { findFlow } from '../flow/find-flow.ts'
import { memberBytes } from '../message/member-bytes.ts'
import type { Answer, Call } from '../route.ts'
import { inputOf, textOf } from './job-input.ts'
import { answerStarted } from './read-run.ts'
import { startRun, type JobKey } from './start-run.ts'

/** Starts a flow that waits for jobs. */
export async function startJob(deps: ApiDeps, call: Call<typeof runOperations.create>): Promise<Answer> {
  const { flow: name, meta: given } = call.body
  const document = textOf(memberBytes(call.raw, 'document'))
  const meta = given === undefined ? '{}' : textOf(memberBytes(call.raw, 'meta'))!
  const key = call.body.key ?? keyOf(call.idempotencyKey)
  const started = await startRun(deps, call.application, (application) => {
    const flow = startable(application, name)
    const input = inputOf(document, meta)
    return { run: newJob(deps, flow, { key, input, meta }), job: key === undefined ? null : { flow: flow.id, key, ...contentOf(input) } }
  })
  return answerStarted(deps, call, started)
}

interface Job {
  readonly key: string | undefined
  readonly input: string
  readonly meta: string
}

function newJob({ ids, clock }: ApiDeps, flow: FlowSnapshot, { key, input, meta }: Job): NewRun {
  const id = ids.make('run')
  return {
    id,
    application_id: flow.application_id,
    flow_id: flow.id,
    version: flow.published_version!,
    trigger: 'job',
    request_id: null,
    key: key ?? `auto_${id.slice(id.indexOf('_') + 1)}`,
    created_at: clock.now(),
    input,
    meta,
    answer_by: null,
  }
}

/** Only a published flow that waits for jobs can be started by one. */
function startable(application: ApplicationSnapshot, idOrUid: string): FlowSnapshot {
  const flow = findFlow(application, idOrUid)
  if (!flow) throw fieldFault('/flow', 'unknown_flow', `There is no flow "${idOrUid}".`)
  if (flow.published === null) throw fieldFault('/flow', 'not_published', `The flow "${flow.name}" is not published.`)
  if (flow.enabled !== 1) throw new AppError('flow_disabled')
  const { trigger } = JSON.parse(flow.published.definition) as { trigger: { kind: string } }
  // What runs at certain times can be run now, too.
  if (trigger.kind === 'job' || trigger.kind === 'schedule') return flow
  throw fieldFault(
    '/flow',
    'not_a_job',
    `The flow "${flow.name}" is started by ${trigger.kind === 'event' ? 'events' : 'a listener'}, not by jobs.`,
  )
}

function fieldFault(pointer: string, code: string, message: string): AppError {
  return new AppError('validation_error', { fields: [{ pointer, code, message }] })
}

/** A caller's Idempotency-Key is a key of the job too, unless a library made it up. */
function keyOf(idempotencyKey: string | undefined): string | undefined {
  return idempotencyKey?.startsWith('auto_') ? undefined : idempotencyKey
}

/** Read from its text, with every digit of its numbers; a large one is not read at all. */
function contentOf(input: string): Pick<JobKey, 'content' | 'olderContent'> {
  if (input.length > CANONICAL_BYTES_MAX) return { content: contentDigest(undefined, input), olderContent: () => undefined }
  const value = parseExactJson(input)
  return { content: contentDigest(value, input), olderContent: () => contentDigest(undefined, JSON.stringify(value)) }
}
