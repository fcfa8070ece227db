import type { runOperations } from '@posthorn/contract'
import { AppError, parseExactJson, type RunId } from '#domain'
import { loadEntry } from '#flows'
import type { ApplicationSnapshot, FlowSnapshot, NewRun } from '#store'
import { CANONICAL_BYTES_MAX, contentDigest } from '../content-digest.ts'
import type { ApiDeps } from '../deps.ts'
import { findFlow } from '../flow/find-flow.ts'
import { memberBytes } from '../message/member-bytes.ts'
import type { Answer, Call } from '../route.ts'
import { refuseLoop } from '../call/refuse-loop.ts'
import { inputOf, textOf } from './job-input.ts'
import { answerStarted } from './read-run.ts'
import { startRun, type JobKey } from './start-run.ts'

/** Starts a flow that waits for jobs. */
export async function startJob(deps: ApiDeps, call: Call<typeof runOperations.create>): Promise<Answer> {
  const { flow: name, meta: given, tags } = call.body
  refuseLoop(call)
  const { document, entry } = await workOf(deps, call)
  const meta = given === undefined ? '{}' : textOf(memberBytes(call.raw, 'meta'))!
  const key = call.body.key ?? keyOf(call.idempotencyKey)
  const started = await startRun(deps, call.application, (application) => {
    const flow = startable(application, name)
    const id = deps.ids.make('run')
    // A document that is no entry yet is one of the run's own digits, as the body of a request is.
    const entryId = entry?.id ?? (document === undefined ? undefined : id.replace(/^run_/, 'entry_'))
    const run = newJob(deps, flow, {
      id,
      key,
      input: inputOf(document, meta, { entryId, chain: call.chain, trace: call.trace }),
      meta,
      tags,
    })
    return { run, job: key === undefined ? null : { flow: flow.id, key, ...contentOf(entry?.content ?? inputOf(document, meta)) } }
  })
  return answerStarted(deps, call, started)
}

interface Work {
  readonly document: string | undefined
  /** The entry that is worked on. Its content is compared by what was asked for: the entry may have changed when the job is asked for again. */
  readonly entry?: { readonly id: string; readonly content: string }
}

async function workOf(deps: ApiDeps, { application, body, raw }: Call<typeof runOperations.create>): Promise<Work> {
  const document = textOf(memberBytes(raw, 'document'))
  if (body.entry === undefined) return { document }
  if (document !== undefined) throw fieldFault('/entry', 'unexpected_entry', 'A job works on a `document` or on an `entry`, not on both.')
  const loaded = await loadEntry(deps, body.entry, application.id)
  if (!loaded.ok) throw fieldFault('/entry', loaded.code, loaded.message)
  const { id, document: content } = loaded.entry
  const meta = textOf(memberBytes(raw, 'meta')) ?? '{}'
  return { document: content, entry: { id, content: `{"entry":${JSON.stringify(body.entry)},"meta":${meta}}` } }
}

interface Job {
  readonly id: RunId
  readonly key: string | undefined
  readonly input: string
  readonly meta: string
  readonly tags: readonly string[] | undefined
}

function newJob({ clock }: ApiDeps, flow: FlowSnapshot, { id, key, input, meta, tags }: Job): NewRun {
  return {
    id,
    application_id: flow.application_id,
    flow_id: flow.id,
    version: flow.published_version!,
    trigger: 'job',
    request_id: null,
    key: key ?? `auto_${id.slice(id.indexOf('_') + 1)}`,
    tags: tags === undefined ? null : JSON.stringify([...new Set(tags)]),
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
