import type { ConfigCache, OperationalMessages } from '#coordination'
import { AppError, type ApplicationId, type Ids, type OperationalData, type OperationalEventType } from '#domain'
import type { Clock } from '#platform'
import {
  configurationParts,
  type Alongside,
  type ApplicationSnapshot,
  type ConfigurationPart,
  type LaneChange,
  type Mutation,
  type NewMessage,
  type Statement,
  type Store,
} from '#store'
import { inTurn } from './in-turn.ts'

/** What one call changes, and how the audit log has it. `before` and `after` hold no secrets. */
export interface Change<Result> {
  readonly statements: readonly Statement[]
  readonly lanes?: readonly LaneChange[]
  readonly limits?: NonNullable<Mutation['limits']>
  readonly action: string
  readonly target: string
  readonly before?: unknown
  readonly after?: unknown
  /** What the operator is notified of, in the same commit. */
  readonly operational?: readonly { readonly type: OperationalEventType; readonly data: OperationalData }[]
  /** Changes that are made with it, in the same commit: each is written to the audit log as if it were made alone. */
  readonly parts?: readonly Change<unknown>[]
  readonly result: Result
}

/** Whom the audit log names. Without an address: it is done for them while they are away. */
export interface Caller {
  readonly actor: { readonly id: string }
  readonly ip: string | null
  /** Of a call that is not to be made twice: says in the commit of its change that it was made. */
  readonly carriedOut?: Statement
}

export interface ChangeDeps {
  readonly store: Store
  readonly config: ConfigCache
  readonly operational: OperationalMessages
  readonly ids: Ids
  readonly clock: Clock
}

/** Raced by a change of another process, a call plans again this often before it answers 409. In each round somebody wins. */
const PLANS_MAX = 100

/**
 * Changes what an application owns: reads it as it is, plans the change, and writes it behind the version that was read. Changes of one
 * application take turns in this process, so that they do not outdate each other's plans; if another process was faster the plan is made
 * again from the new state. So limits and uniqueness hold without locks.
 */
export function changeApplication<Result>(
  deps: ChangeDeps,
  call: Caller & { readonly application: ApplicationSnapshot },
  plan: (application: ApplicationSnapshot) => Promise<Change<Result>> | Change<Result>,
): Promise<Result> {
  const { id } = call.application
  return inTurn({ owner: deps.store, name: id, clock: deps.clock }, async (waited) => {
    let application = waited ? await deps.config.application(id) : call.application
    for (let i = 0; i < PLANS_MAX; i++) {
      if (!application) throw new AppError('not_found')
      const change = await plan(application)
      const changes = [change, ...(change.parts ?? [])]
      const lanes = changes.flatMap((one) => one.lanes ?? [])
      const operational = (await Promise.all(changes.map((one) => operationalMessages(deps, id, one)))).flat()
      const outcome = await deps.store.mutate({
        statements: [...changes.flatMap(({ statements }) => statements), ...carriedOutBy(call)],
        ...(lanes.length > 0 && { lanes }),
        ...(change.limits && { limits: change.limits }),
        touches: [...new Set(changes.flatMap(({ action }) => touchedBy(action)))],
        application: { id, version: application.version },
        audit: changes.map((one) => auditOf(deps, call, { change: one, application: id })),
        ...(operational.length > 0 && { operational }),
      })
      if (outcome.kind === 'done') return change.result
      if (outcome.kind === 'conflict') throw nameTaken(change)
      application = await deps.config.refresh(id, application.version)
    }
    throw new AppError('changed_meanwhile')
  })
}

/** The rows of an organisation or application are told apart by one of these. */
function nameTaken({ after }: Change<unknown>): AppError {
  const given = (after ?? {}) as Readonly<Record<string, unknown>>
  const member = ['uid', 'name', 'key'].find((one) => typeof given[one] === 'string')
  const fields = member === undefined ? [] : [{ pointer: `/${member}`, code: 'taken', message: `This ${member} is taken. Choose another.` }]
  return new AppError('conflict', { fields })
}

/** What nobody reads to accept a request or a message; what only messages, and what only requests read. The rest may be read by both. */
const UNREAD = new Set(['endpoint.headers_changed', 'endpoint.secret_rotated'])
const READ_BY_ONE: Readonly<Record<string, readonly ConfigurationPart[]>> = {
  endpoint: ['outbound'],
  listener: ['inbound'],
  secret: ['inbound'],
  connection: ['inbound'],
}

function touchedBy(action: string): readonly ConfigurationPart[] {
  return UNREAD.has(action) ? [] : (READ_BY_ONE[action.split('.', 1)[0]!] ?? configurationParts)
}

async function operationalMessages(
  deps: ChangeDeps,
  application: ApplicationId,
  { operational = [] }: Change<unknown>,
): Promise<readonly NewMessage[]> {
  const messages = await Promise.all(
    operational.map(async ({ type, data }) => deps.operational.of({ type, application, data: () => data })),
  )
  return messages.flat()
}

/** Changes what the organisation owns: applications, event types, keys. `application` stands in the audit log only. */
export async function changeOrganisation<Result>(
  deps: ChangeDeps,
  call: Caller,
  plan: () => Promise<Change<Result> & { readonly application?: ApplicationId }>,
): Promise<Result> {
  for (let i = 0; i < PLANS_MAX; i++) {
    const change = await plan()
    const audit = [auditOf(deps, call, { change, application: change.application ?? null })]
    const outcome = await deps.store.mutate({
      statements: [...change.statements, ...carriedOutBy(call)],
      ...(change.lanes && { lanes: change.lanes }),
      ...(change.limits && { limits: change.limits }),
      application: null,
      audit,
    })
    if (outcome.kind === 'done') return change.result
    if (outcome.kind === 'conflict') throw nameTaken(change)
  }
  throw new AppError('changed_meanwhile')
}

/** What the audit log has of work that the engine does by itself, for the commit of that work: what did not happen is never written. */
export function alongsideOf(
  deps: Pick<ChangeDeps, 'ids' | 'clock'>,
  call: Pick<Caller, 'actor' | 'ip'> & { readonly application: ApplicationSnapshot },
  { statements = [], ...change }: Entry & { readonly statements?: readonly Statement[] },
): Alongside {
  return { statements, audit: [auditOf(deps, call, { change, application: call.application.id })] }
}

/** That the call was carried out, if it is not to be made twice. */
export function carriedOutBy({ carriedOut }: Pick<Caller, 'carriedOut'>): readonly Statement[] {
  return carriedOut === undefined ? [] : [carriedOut]
}

type Entry = Pick<Change<unknown>, 'action' | 'target' | 'before' | 'after'>

function auditOf(
  deps: Pick<ChangeDeps, 'ids' | 'clock'>,
  call: Pick<Caller, 'actor' | 'ip'>,
  { change, application }: { readonly change: Entry; readonly application: ApplicationId | null },
) {
  return {
    id: deps.ids.make('aud'),
    at: deps.clock.now(),
    application,
    actor: call.actor.id,
    action: change.action,
    target: change.target,
    before: change.before === undefined ? null : JSON.stringify(change.before),
    after: change.after === undefined ? null : JSON.stringify(change.after),
    ip: call.ip,
  }
}
