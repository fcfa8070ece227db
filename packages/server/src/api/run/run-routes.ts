import { runOperations } from '@posthorn/contract'
import { AppError, parseExactJson, type RunId } from '#domain'
import type { ApplicationSnapshot, FlowSnapshot, NewRun, RunTable } from '#store'
import { CANONICAL_BYTES_MAX, contentDigest } from '../content-digest.ts'
import type { ApiDeps } from '../deps.ts'
import { findFlow } from '../flow/find-flow.ts'
import { memberBytes } from '../message/member-bytes.ts'
import { lookThrough, mergeLooked, stretchOf, WINDOWS_MAX } from '../look-through.ts'
import { pageAnswer, readPage } from '../page.ts'
import { route, type Answer, type Call, type Route } from '../route.ts'
import { auditRuns, linkToRequest, requestOf } from './run-by-hand.ts'
import { runDetailText, runJson, stepsJson } from './run-row.ts'
import { startRun, type JobKey, type Started } from './start-run.ts'
import { waitForEnd } from './wait-for-end.ts'

/** Runs of flows. Starting one puts it into the store; `flows` runs it. */
export function runRoutes(deps: ApiDeps): Route[] {
  const { store, clock, ids } = deps
  const { runs } = store.logs
  const operations = runOperations

  const existing = async ({ params, application }: Pick<Call<typeof operations.get>, 'params' | 'application'>): Promise<RunTable> => {
    const row = await runs.find(application.id, params['run_id']!)
    if (!row) throw new AppError('not_found')
    return row
  }

  /** A first answer is 202, the job again is 200; either is the whole run as it stands after the wait. */
  const answer = async (application: ApplicationSnapshot, { run, fresh }: Started, waitSeconds: number): Promise<Answer> => {
    await waitForEnd(deps, run, waitSeconds * 1000)
    const row = await existing({ params: { run_id: run }, application })
    return { status: fresh && row.finished_at === null ? 202 : 200, json: runDetailText(application, row) }
  }

  const audit = auditRuns(deps)

  return [
    route(operations.list, async ({ application, query }) => {
      const page = readPage(query, 'run', 'descending')
      const flows = query.flow === undefined ? await flowIdsOf(deps, application) : [await flowIdOf(deps, application, query.flow)]
      const { status, trigger, key } = query
      const filtered = [status, trigger, key].some((one) => one !== undefined)
      const windowsMax = Math.max(1, Math.floor(WINDOWS_MAX / flows.length))
      const stretch = stretchOf(page, 'run', query)
      const ofFlow = (flow: string) =>
        lookThrough(stretch, {
          filtered,
          windowEnd: (part) => runs.windowEnd(flow, part),
          rows: (part) => runs.list({ flow, status, trigger, key }, part),
          windowsMax,
        })
      // Runs are indexed by flow; merging the first page of each flow reads less than an index of its own would cost to write.
      const found = mergeLooked(page, await Promise.all(flows.map(ofFlow)))
      const item = (row: (typeof found.rows)[number]) => runJson(application, row)
      return { status: 200, body: pageAnswer(page, found.rows, { key: (row) => row.id, item, stoppedAt: found.stoppedAt }) }
    }),
    route(operations.create, async (call) => {
      const { flow: name, meta } = call.body
      const document = textOf(memberBytes(call.raw, 'document'))
      const metaText = meta === undefined ? '{}' : textOf(memberBytes(call.raw, 'meta'))!
      const key = call.body.key ?? keyOf(call.idempotencyKey)
      const started = await startRun(deps, call.application, (application) => {
        const flow = startable(application, name)
        const id = ids.make('run')
        const run: NewRun = {
          id,
          application_id: application.id,
          flow_id: flow.id,
          version: flow.published_version!,
          trigger: 'job',
          request_id: null,
          key: key ?? `auto_${id.slice(id.indexOf('_') + 1)}`,
          created_at: clock.now(),
          input: inputOf(document, metaText),
          meta: metaText,
          answer_by: null,
        }
        return { run, job: key === undefined ? null : { flow: flow.id, key, ...contentOf(inputOf(document, metaText)) } }
      })
      return answer(call.application, started, call.query.wait)
    }),
    route(operations.get, async (call) => ({ status: 200, json: runDetailText(call.application, await existing(call)) })),
    route(operations.steps, async (call) => ({ status: 200, body: { data: stepsJson(await existing(call)) } })),
    route(operations.cancel, async (call) => {
      const { id } = await existing(call)
      const [cancelled] = await store.cancelRuns([id as RunId])
      if (cancelled === undefined) throw new AppError('run_finished')
      await audit(call, { action: 'run.cancelled', target: id })
      return { status: 200, json: runDetailText(call.application, await existing(call)) }
    }),
    route(operations.again, async (call) => {
      const first = await existing(call)
      const request = first.request_id === null ? null : await requestOf(deps, call.application, first.request_id)
      if (call.body.version !== undefined) await requireVersion(deps, first.flow_id, call.body.version)
      const started = await startRun(deps, call.application, (application) => {
        const flow = findFlow(application, first.flow_id)
        if (!flow) throw new AppError('not_found', { detail: 'The flow of this run was deleted.' })
        const version = call.body.version ?? flow.published_version ?? first.version
        const id = ids.make('run')
        const { application_id, flow_id, trigger, request_id, input } = first
        const key = call.body.newKey ? `auto_${id.slice(id.indexOf('_') + 1)}` : first.key
        const meta = metaOf(input)
        const run: NewRun = {
          ...{ id, application_id, flow_id, version, trigger, request_id, input, key, meta },
          created_at: clock.now(),
          answer_by: null,
        }
        return { run, job: null }
      })
      await audit(call, {
        action: 'run.started',
        target: started.run,
        after: { again: first.id },
        statements: request === null ? [] : [linkToRequest(deps, request, [started.run])],
      })
      return answer(call.application, started, call.query.wait)
    }),
  ]
}

/** Deleted flows too: their runs are still there. */
function flowIdsOf({ store }: ApiDeps, application: ApplicationSnapshot): Promise<string[]> {
  return store.queries.flows.idsOf(application.id)
}

async function flowIdOf({ store }: ApiDeps, application: ApplicationSnapshot, idOrUid: string): Promise<string> {
  const present = findFlow(application, idOrUid)
  if (present) return present.id
  if (await store.queries.flows.isOf(application.id, idOrUid)) return idOrUid
  throw fieldFault('?flow', 'unknown_flow', `There is no flow "${idOrUid}".`)
}

/** Only a published flow that waits for jobs can be started by one. */
function startable(application: ApplicationSnapshot, idOrUid: string): FlowSnapshot {
  const flow = findFlow(application, idOrUid)
  if (!flow) throw fieldFault('/flow', 'unknown_flow', `There is no flow "${idOrUid}".`)
  if (flow.published === null) throw fieldFault('/flow', 'not_published', `The flow "${flow.name}" is not published.`)
  if (flow.enabled !== 1) throw new AppError('flow_disabled')
  const { trigger } = JSON.parse(flow.published.definition) as { trigger: { kind: string } }
  if (trigger.kind === 'job') return flow
  throw fieldFault(
    '/flow',
    'not_a_job',
    `The flow "${flow.name}" is started by ${trigger.kind === 'event' ? 'events' : 'a listener'}, not by jobs.`,
  )
}

async function requireVersion({ store }: ApiDeps, flow: string, version: number): Promise<void> {
  if (!(await store.queries.flows.hasVersion(flow, version)))
    throw fieldFault('/version', 'unknown_version', `The flow has no version ${version}.`)
}

function fieldFault(pointer: string, code: string, message: string): AppError {
  return new AppError('validation_error', { fields: [{ pointer, code, message }] })
}

/** A caller's Idempotency-Key is a key of the job too, unless a library made it up. */
function keyOf(idempotencyKey: string | undefined): string | undefined {
  return idempotencyKey?.startsWith('auto_') ? undefined : idempotencyKey
}

/** The document and the first meta as they came: numbers keep all their digits, and the job can be run again. */
function inputOf(document: string | undefined, meta: string): string {
  return `{${document === undefined ? '' : `"document":${document},`}"meta":${meta}}`
}

/** Only its bytes are looked for: a document of a megabyte beside it is not parsed. */
function metaOf(input: string | null): string {
  return (input === null ? undefined : textOf(memberBytes(Buffer.from(input), 'meta'))) ?? '{}'
}

/** Read from its text, with every digit of its numbers; a large one is not read at all. */
function contentOf(input: string): Pick<JobKey, 'content' | 'olderContent'> {
  if (input.length > CANONICAL_BYTES_MAX) return { content: contentDigest(undefined, input), olderContent: () => undefined }
  const value = parseExactJson(input)
  return { content: contentDigest(value, input), olderContent: () => contentDigest(undefined, JSON.stringify(value)) }
}

function textOf(bytes: Uint8Array | undefined): string | undefined {
  return bytes && Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8')
}
