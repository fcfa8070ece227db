import { keptListener, listenerIn, listenerOperations, suffixShape, type Listener } from '@posthorn/contract'
import { AppError, isId } from '#domain'
import type { ApplicationSnapshot, ListenerTable } from '#store'
import { changeApplication } from '../change.ts'
import { check } from '../check.ts'
import type { ApiDeps } from '../deps.ts'
import { pageAnswer, readPage } from '../page.ts'
import { route, type Call, type Route } from '../route.ts'
import { keepAuth, showAuth } from './listener-auth.ts'
import { listenerBefore, listenerColumns, listenerJson, writtenListener } from './listener-row.ts'

type ApplicationCall = Pick<Call, 'actor' | 'ip' | 'params'> & { readonly application: ApplicationSnapshot }

/** Listeners. What is kept is exactly what `ingest` reads: the columns, `config` with every other field, and `auth` sealed. */
export function listenerRoutes(deps: ApiDeps): Route[] {
  const { store, clock } = deps
  const { db } = store
  const operations = listenerOperations

  const create = async (call: ApplicationCall, written: Listener) => {
    const id = deps.ids.make('lst')
    return changeApplication(deps, call, (application) => {
      refuseTaken(application, id, written)
      const { sealed, secrets } = keepAuth(deps, application, { ...written, id, purpose: purposeOf(written) })
      const now = clock.now()
      const row: ListenerTable = {
        id,
        application_id: application.id,
        uid: written.uid ?? null,
        ...listenerColumns(written),
        auth: sealed,
        created_at: now,
        updated_at: now,
        deleted_at: null,
      }
      const after = listenerJson(deps, withMoved(application, secrets.rows()), row)
      return {
        statements: [...secrets.statements(), { query: db.insertInto('listener').values(row).compile() }],
        action: 'listener.created',
        target: id,
        after,
        result: after,
      }
    })
  }

  /** `given`: what of it the caller says. */
  const update = async (
    call: ApplicationCall,
    change: (before: Readonly<ListenerTable>, application: ApplicationSnapshot) => Listener,
    given?: Partial<Listener>,
  ) =>
    changeApplication(deps, call, (application) => {
      const before = existing(application, call.params)
      const written = change(before, application)
      refuseTaken(application, before.id, written)
      const { sealed, secrets } = keepAuth(deps, application, { ...written, id: before.id, purpose: purposeOf(written) })
      const changed = {
        ...listenerColumns(written, given),
        uid: written.uid === undefined ? before.uid : written.uid,
        auth: sealed,
        updated_at: clock.now(),
      }
      const after = listenerJson(deps, withMoved(application, secrets.rows()), { ...before, ...changed })
      return {
        statements: [
          ...secrets.statements(),
          { query: db.updateTable('listener').set(changed).where('id', '=', before.id).compile(), rows: 1 },
        ],
        action: 'listener.updated',
        target: before.id,
        before: listenerBefore(deps, application, before),
        after,
        result: after,
      }
    })

  return [
    route(operations.list, async ({ application, query }) => {
      const page = readPage(query, 'lst', 'ascending')
      let select = db
        .selectFrom('listener')
        .selectAll()
        .where('application_id', '=', application.id)
        .where('deleted_at', 'is', null)
        .orderBy('id', page.order)
        .limit(page.limit + 1)
      if (page.beyond !== null) select = select.where('id', page.order === 'asc' ? '>' : '<', page.beyond)
      const item = (row: ListenerTable) => listenerJson(deps, application, row)
      return { status: 200, body: pageAnswer(page, await select.execute(), { key: (row) => row.id, item }) }
    }),
    route(operations.create, async (call) => ({ status: 201, body: await create(call, call.body) })),
    route(operations.get, async ({ application, params }) => ({
      status: 200,
      body: listenerJson(deps, application, existing(application, params)),
    })),
    route(operations.update, async (call) => {
      const name = call.params['listener_id']!
      if (findListener(call.application, name)) return { status: 200, body: await update(call, () => call.body) }
      if (isId('lst', name)) throw new AppError('not_found')
      return { status: 201, body: await create(call, { ...call.body, uid: call.body.uid ?? uidOf(name) }) }
    }),
    route(operations.patch, async (call) => {
      const merge = (before: Readonly<ListenerTable>, application: ApplicationSnapshot) => {
        const auth = showAuth(deps, application.secrets, before)
        return merged({ ...writtenListener(before), auth }, call.body)
      }
      return { status: 200, body: await update(call, merge, call.body) }
    }),
    route(operations.delete, async (call) => {
      await changeApplication(deps, call, (application) => {
        const before = existing(application, call.params)
        const query = db.updateTable('listener').set({ deleted_at: clock.now() }).where('id', '=', before.id).compile()
        return {
          statements: [{ query, rows: 1 }],
          action: 'listener.deleted',
          target: before.id,
          before: listenerBefore(deps, application, before),
          result: undefined,
        }
      })
      return { status: 204 }
    }),
  ]
}

export function findListener(application: ApplicationSnapshot, idOrUid: string): Readonly<ListenerTable> | undefined {
  return application.listeners.find((listener) => listener.id === idOrUid || listener.uid === idOrUid)
}

export function existing(application: ApplicationSnapshot, params: Readonly<Record<string, string>>): Readonly<ListenerTable> {
  const listener = findListener(application, params['listener_id'] ?? '')
  if (!listener) throw new AppError('not_found')
  return listener
}

/** Two listeners of one application must not stand at the same place, disabled ones included (decisions/routes-of-listeners). */
function refuseTaken(application: ApplicationSnapshot, id: string, { suffix, methods }: Listener): void {
  const shape = suffixShape(suffix)
  for (const other of application.listeners) {
    if (other.id === id || suffixShape(other.suffix) !== shape) continue
    const shared = (JSON.parse(other.methods) as string[]).filter((method) => (methods as readonly string[]).includes(method))
    if (shared.length === 0) continue
    throw new AppError('conflict', {
      detail: `The listener "${other.name}" (${other.uid ?? other.id}) takes ${shared.join(', ')} at ${other.suffix} already.`,
    })
  }
}

/** A patch is judged by what it gives: what was saved before there was a rule for it stays as it is. */
function merged(before: object, given: object): Listener {
  const whole = { ...before, ...given }
  const strict = listenerIn.safeParse(whole)
  if (strict.success) return strict.data
  const members = strict.error.issues.flatMap((issue) => issue.path[0] ?? (issue.code === 'unrecognized_keys' ? issue.keys : []))
  return members.some((member) => Object.hasOwn(given, member)) ? (check(listenerIn, whole, 'body') as Listener) : keptListener.parse(whole)
}

/** What the secrets of a listener are named after. */
function purposeOf({ uid, suffix }: Listener): string {
  return uid ?? suffix
}

/** A uid that comes from the path is held to the same rule as one in the body. */
function uidOf(name: string): string {
  const checked = listenerIn.shape.uid.safeParse(name)
  if (!checked.success) throw new AppError('not_found')
  return name
}

function withMoved(application: ApplicationSnapshot, moved: ApplicationSnapshot['secrets']) {
  return { ...application, secrets: [...application.secrets, ...moved] }
}
