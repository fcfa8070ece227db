import { flowOperations, parseFlowDefinition, type FlowDefinition } from '@posthorn/contract'
import { AppError, isId, isUid, type RunId } from '#domain'
import type { ApplicationSnapshot, FlowTable, FlowVersionTable } from '#store'
import { changeApplication } from '../change.ts'
import type { ApiDeps } from '../deps.ts'
import { pageAnswer, readPage } from '../page.ts'
import { route, type Call, type Route } from '../route.ts'
import { examineDraft, examineOldDraft, keepDraft } from './flow-draft.ts'
import { draftOf, flowHead, flowJson, versionJson, type FlowHeadRow, type FlowRow } from './flow-row.ts'
import { moveSecrets } from './flow-secrets.ts'
import { compileForPublish } from './publishing.ts'

type ApplicationCall = Pick<Call, 'actor' | 'ip' | 'params'> & { readonly application: ApplicationSnapshot }

/** The body of a flow: its definition, and what stands beside every version. */
interface Written {
  readonly uid?: string | null | undefined
  readonly enabled?: boolean | undefined
  readonly [field: string]: unknown
}

/** Flows. A save changes the draft; publishing makes a version of it, which never changes. */
export function flowRoutes(deps: ApiDeps): Route[] {
  const { store, clock } = deps
  const { db } = store
  const operations = flowOperations

  const existing = (application: ApplicationSnapshot, params: Readonly<Record<string, string>>) => existingFlow(deps, application, params)

  const create = async (call: ApplicationCall, { uid = null, enabled = true, ...definition }: Written) => {
    checkUid(uid)
    const id = deps.ids.make('flow')
    return changeApplication(deps, call, async (application) => {
      const draft = readDefinition(definition)
      const secrets = moveSecrets(deps, application, { definition: draft, purpose: uid ?? draft.name })
      const now = clock.now()
      const row: FlowTable = {
        id,
        application_id: application.id,
        uid,
        name: draft.name,
        enabled: enabled ? 1 : 0,
        draft: JSON.stringify(draft),
        published_version: null,
        created_at: now,
        updated_at: now,
        deleted_at: null,
      }
      const found = await examineDraft(deps, application, { id, draft: row.draft, definition: draft })
      const after = flowJson({ ...row, ...found })
      return {
        statements: [...secrets.statements(), { query: db.insertInto('flow').values(row).compile() }, keepDraft(deps, found)],
        action: 'flow.created',
        target: id,
        after,
        result: after,
      }
    })
  }

  const update = async (call: ApplicationCall, change: (before: FlowDefinition) => Written, action = 'flow.updated') =>
    changeApplication(deps, call, async (application) => {
      const before = await existing(application, call.params)
      const { uid = before.uid, enabled = before.enabled === 1, ...definition } = change(draftOf(before))
      if (uid !== before.uid) checkUid(uid)
      const draft = readDefinition(definition)
      const secrets = moveSecrets(deps, application, { definition: draft, purpose: uid ?? draft.name })
      const changed = { uid, name: draft.name, enabled: enabled ? 1 : 0, draft: JSON.stringify(draft), updated_at: clock.now() }
      const found = await examineDraft(deps, application, { id: before.id, draft: changed.draft, definition: draft })
      const after = flowJson({ ...before, ...changed, ...found })
      return {
        statements: [
          ...secrets.statements(),
          { query: db.updateTable('flow').set(changed).where('id', '=', before.id).compile(), rows: 1 },
          keepDraft(deps, found),
        ],
        action,
        target: before.id,
        before: flowJson(before),
        after,
        result: after,
      }
    })

  /** Publishing what is published already changes nothing. */
  const publish = async (call: ApplicationCall) =>
    changeApplication(deps, call, async (application) => {
      const flow = await existing(application, call.params)
      const { warnings } = await compileForPublish(deps, application, flow)
      const published = findFlow(application, flow.id)?.published
      if (published?.definition === flow.draft) {
        return { statements: [], action: 'flow.published', target: flow.id, result: { ...versionJson(flow, published), warnings } }
      }
      const { newest } = await db
        .selectFrom('flow_version')
        .select((is) => is.fn.max('version').as('newest'))
        .where('flow_id', '=', flow.id)
        .executeTakeFirstOrThrow()
      const now = clock.now()
      const row = {
        flow_id: flow.id,
        version: Number(newest ?? 0) + 1,
        definition: flow.draft,
        created_at: now,
        created_by: call.actor.key,
      }
      const point = db.updateTable('flow').set({ published_version: row.version, updated_at: now }).where('id', '=', flow.id)
      return {
        statements: [
          { query: db.insertInto('flow_version').values(row).compile() },
          { query: point.compile(), rows: 1 },
          keepDraft(deps, { flow_id: flow.id, changed: 0, trigger_text: flow.trigger_text, findings: flow.findings }),
        ],
        action: 'flow.published',
        target: flow.id,
        before: { version: flow.published_version },
        after: { version: row.version },
        result: { ...versionJson({ ...flow, published_version: row.version }, row), warnings },
      }
    })

  return [
    route(operations.list, async ({ application, query }) => {
      const page = readPage(query, 'flow', 'ascending')
      let select = db
        .selectFrom('flow')
        .leftJoin('flow_draft', 'flow_draft.flow_id', 'flow.id')
        .select(headColumns)
        .where('application_id', '=', application.id)
        .where('deleted_at', 'is', null)
        .orderBy('id', page.order)
        .limit(page.limit + 1)
      if (page.beyond !== null) select = select.where('id', page.order === 'asc' ? '>' : '<', page.beyond)
      const rows = await Promise.all((await select.execute()).map((row) => examined(deps, application, row)))
      return { status: 200, body: pageAnswer(page, rows, { key: (row) => row.id, item: flowHead }) }
    }),
    route(operations.create, async (call) => ({ status: 201, body: await create(call, call.body) })),
    route(operations.get, async ({ application, params }) => ({
      status: 200,
      body: flowJson(await existing(application, params)),
    })),
    route(operations.update, async (call) => {
      const name = call.params['flow_id']!
      if (findFlow(call.application, name)) return { status: 200, body: await update(call, () => call.body) }
      if (isId('flow', name)) throw new AppError('not_found')
      return { status: 201, body: await create(call, { ...call.body, uid: call.body.uid ?? name }) }
    }),
    route(operations.patch, async (call) => ({ status: 200, body: await update(call, (before) => ({ ...before, ...call.body })) })),
    route(operations.delete, async (call) => {
      const { id } = await existing(call.application, call.params)
      await changeApplication(deps, call, async (application) => {
        const before = await existing(application, call.params)
        const query = db.updateTable('flow').set({ deleted_at: clock.now() }).where('id', '=', before.id).compile()
        return {
          statements: [{ query, rows: 1 }],
          action: 'flow.deleted',
          target: before.id,
          before: flowJson(before),
          result: undefined,
        }
      })
      if (call.query.cancel) await cancelAll(deps, id)
      return { status: 204 }
    }),
    route(operations.publish, async (call) => ({ status: 200, body: await publish(call) })),
    route(operations.listVersions, async ({ application, params, query }) => {
      const flow = await existing(application, params)
      const page = readPage(query, 'version', 'descending')
      let select = db
        .selectFrom('flow_version')
        .select(['flow_id', 'version', 'created_at', 'created_by'])
        .where('flow_id', '=', flow.id)
        .orderBy('version', page.order)
        .limit(page.limit + 1)
      if (page.beyond !== null) select = select.where('version', page.order === 'asc' ? '>' : '<', Number(page.beyond))
      const rows = await select.execute()
      return { status: 200, body: pageAnswer(page, rows, { key: (row) => String(row.version), item: (row) => versionJson(flow, row) }) }
    }),
    route(operations.getVersion, async ({ application, params }) => {
      const flow = await existing(application, params)
      const row = await versionOfFlow(deps, flow, params['version'])
      return { status: 200, body: { ...versionJson(flow, row), definition: JSON.parse(row.definition) as FlowDefinition } }
    }),
    route(operations.restoreVersion, async (call) => {
      const row = await versionOfFlow(deps, await existing(call.application, call.params), call.params['version'])
      return { status: 200, body: await update(call, () => JSON.parse(row.definition) as Written, 'flow.version_restored') }
    }),
  ]
}

export function findFlow(application: ApplicationSnapshot, idOrUid: string) {
  return application.flows.find((flow) => flow.id === idOrUid || flow.uid === idOrUid)
}

const headColumns = [
  ...(['id', 'application_id', 'uid', 'name', 'enabled', 'published_version', 'created_at', 'updated_at', 'deleted_at'] as const),
  ...(['changed', 'trigger_text'] as const),
] as const

type MaybeExamined = Omit<FlowHeadRow, 'changed' | 'trigger_text'> & {
  readonly changed: number | null
  readonly trigger_text: string | null
}

/** With what the list shows of its draft. Only one that was saved by an older version has to be read for it. */
async function examined(deps: ApiDeps, application: ApplicationSnapshot, row: MaybeExamined): Promise<FlowHeadRow> {
  const { changed, trigger_text } = row
  if (changed !== null && trigger_text !== null) return { ...row, changed, trigger_text }
  return existingFlow(deps, application, { flow_id: row.id })
}

/** The snapshot has no drafts, so they are read from the table; a change between the two raises the version and plans again. */
export async function existingFlow(
  deps: Pick<ApiDeps, 'store' | 'transforms'>,
  application: ApplicationSnapshot,
  params: Readonly<Record<string, string>>,
): Promise<FlowRow> {
  const id = findFlow(application, params['flow_id'] ?? '')?.id
  const row =
    id === undefined
      ? undefined
      : await deps.store.db
          .selectFrom('flow')
          .leftJoin('flow_draft', 'flow_draft.flow_id', 'flow.id')
          .selectAll('flow')
          .select(['changed', 'trigger_text', 'findings'])
          .where('id', '=', id)
          .executeTakeFirst()
  if (!row) throw new AppError('not_found')
  const { changed, trigger_text, findings } = row
  if (changed !== null && trigger_text !== null && findings !== null) return { ...row, changed, trigger_text, findings }
  const { flow_id: _, ...found } = await examineOldDraft(deps, application, row)
  return { ...row, ...found }
}

export async function versionOfFlow(
  { store }: Pick<ApiDeps, 'store'>,
  flow: FlowTable,
  text: string | undefined,
): Promise<FlowVersionTable> {
  const version = Number(text)
  if (!Number.isSafeInteger(version)) throw new AppError('not_found')
  const row = await store.db
    .selectFrom('flow_version')
    .selectAll()
    .where('flow_id', '=', flow.id)
    .where('version', '=', version)
    .executeTakeFirst()
  if (!row) throw new AppError('not_found')
  return row
}

function readDefinition(input: unknown): FlowDefinition {
  const parsed = parseFlowDefinition(input)
  if (!parsed.ok) throw new AppError('validation_error', { fields: parsed.faults })
  return parsed.definition
}

function checkUid(uid: string | null): void {
  if (uid === null || isUid('flow', uid)) return
  const message = 'A uid is made of letters, digits, "-", "_" and ".", and does not begin as an id does.'
  throw new AppError('validation_error', { fields: [{ pointer: '/uid', code: 'bad_uid', message }] })
}

const CANCEL_CHUNK = 500

/** Ends what a deleted flow still runs. No new run begins, so it comes to an end. */
async function cancelAll({ store }: ApiDeps, flow: string): Promise<void> {
  for (;;) {
    const runs = await store.db
      .selectFrom('run')
      .select('id')
      .where('flow_id', '=', flow)
      .where('status', 'in', ['queued', 'running', 'waiting'])
      .limit(CANCEL_CHUNK)
      .execute()
    if (runs.length === 0) return
    if ((await store.cancelRuns(runs.map((run) => run.id as RunId))).length === 0) return
  }
}
