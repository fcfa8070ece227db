import { headersFault, keptListener, type Listener, type ListenerOut } from '@posthorn/contract'
import { AppError, belonging, parseExactJson, type FieldFault } from '#domain'
import { completeListener, lockedRows, presetNames, rangesAllowed, systemOf } from '#ingest'
import type { ApplicationSnapshot, StoredListener } from '#store'
import type { ApiDeps } from '../deps.ts'
import { revisionOf } from '../revision.ts'
import { guessableWarning } from '../secret/named-secret.ts'
import { captureJson } from './capture-row.ts'
import { keptAuth, secretsOfAuth, showAuth } from './listener-auth.ts'
import { sampleBody } from './sample-body.ts'
import { unknownSystem } from './unknown-system.ts'

/** The columns that a listener fills; its authentication is kept apart. `judged`: what of it somebody gives now; the rest is as old as the row. */
export function listenerColumns(
  written: Listener,
  judged: Partial<Record<'reply' | 'expected' | 'bodyFormat' | 'allowedIps', unknown>> & { readonly system?: string } = written,
) {
  const unknown = judged.system === undefined ? undefined : unknownSystem(judged.system)
  if (unknown !== undefined) throw new AppError('validation_error', { fields: [unknown] })
  const { name, system, suffix, methods, enabled, auth: _auth, uid: _uid, ...rest } = completeListener(written).listener
  const { headers, query, ...expected } = rest.expected
  if (judged.reply !== undefined) boundReplies(rest.reply)
  if (judged.allowedIps !== undefined) refuseUnpublished(rest.allowedIps)
  refuseUnsplit(written)
  const body = judged.expected === undefined && judged.bodyFormat === undefined ? expected.body : sampleBody(rest)
  const own = (rows: typeof headers) => rows.filter((row) => row.locked !== true)
  const config = { ...rest, expected: { ...expected, ...(body !== undefined && { body }), headers: own(headers), query: own(query) } }
  return { name, system, suffix, methods: JSON.stringify(methods), enabled: enabled ? 1 : 0, config: JSON.stringify(config) }
}

/** The contract does not know of which systems the addresses are known. */
function refuseUnpublished(allowed: Listener['allowedIps']): void {
  const fields = allowed.flatMap((entry, at): FieldFault[] => {
    if (rangesAllowed([entry], systemOf).length > 0) return []
    const message = `The addresses of "${entry.slice('preset:'.length)}" are not known here. Write them down, or take one of ${presetNames().join(', ')}.`
    return [{ pointer: `/allowedIps/${at}`, code: 'unknown_preset', message }]
  })
  if (fields.length > 0) throw new AppError('validation_error', { fields })
}

/** What only a listener that makes a run of each event can say, and what it cannot. */
function refuseUnsplit({ split, dedup, eventType, reply, system }: Listener): void {
  const fields: FieldFault[] = []
  const say = (pointer: string, code: string, message: string) => void fields.push({ pointer, code, message })
  if (split === null) {
    const message = 'A path that begins with item needs "split", which says where the list of events stands.'
    if (dedup?.key?.startsWith('item') === true) say('/dedup/key', 'no_split', message)
    if (eventType?.startsWith('item') === true) say('/eventType', 'no_split', message)
  } else {
    if (split.items === undefined && systemOf(system).batch === null)
      say('/split/items', 'required', 'Say where the list of events stands: body, or body.events.')
    if (reply.mode === 'flow')
      say(
        '/reply/mode',
        'many_runs',
        'Of many runs none can answer for all: a listener with "split" answers at once. Take auto or at_once.',
      )
  }
  if (fields.length > 0) throw new AppError('validation_error', { fields })
}

/** Not in the schema, by which older listeners are read too: what was saved goes on being answered. */
function boundReplies({ headers, error }: Listener['reply']): void {
  const at = { '/reply/headers': headersFault(headers), '/reply/error/headers': headersFault(error?.headers ?? {}) }
  const fields = Object.entries(at).flatMap(([pointer, fault]) => (fault ? [{ pointer, code: 'too_big', message: fault.message }] : []))
  if (fields.length > 0) throw new AppError('validation_error', { fields })
}

/** The listener as its owner would write it to leave it as it is, without its authentication. */
export function writtenListener(row: Readonly<StoredListener>) {
  return {
    ...(parseExactJson(row.config) as object),
    uid: row.uid,
    name: row.name,
    system: row.system,
    suffix: row.suffix,
    methods: JSON.parse(row.methods) as string[],
    enabled: row.enabled === 1,
  }
}

/** For the audit log. A listener whose authentication cannot be opened can still be replaced or deleted: of it only the rest is logged. */
export function listenerBefore(
  deps: Pick<ApiDeps, 'vault' | 'settings'>,
  application: Pick<ApplicationSnapshot, 'id' | 'uid' | 'secrets'>,
  row: Readonly<StoredListener>,
): object {
  const isOpen = deps.vault.textIfOpen(row.auth, belonging.listenerAuth(row.id)) !== undefined
  return isOpen ? listenerJson(deps, application, row) : { id: row.id, ...writtenListener(row), auth: null }
}

/** A listener as it is read back. `secrets` are the application's, among them those that this change makes. */
export function listenerJson(
  deps: Pick<ApiDeps, 'vault' | 'settings'>,
  application: Pick<ApplicationSnapshot, 'id' | 'uid' | 'secrets'>,
  row: Readonly<StoredListener>,
): ListenerOut {
  const auth = showAuth(deps, application.secrets, row)
  const { auth: _auth, ...settings } = keptListener.parse({ ...writtenListener(row), auth: { kind: 'none' } })
  const locked = lockedRows(keptAuth(deps, row), systemOf(row.system))
  const { warnings } = completeListener({ ...settings, auth })
  const used = secretsOfAuth(deps, row)
  const guessable = application.secrets.flatMap((secret) => (used.includes(secret.name) ? (guessableWarning(secret) ?? []) : []))
  return {
    ...settings,
    id: row.id,
    uid: row.uid,
    publicUrl: publicUrlOf(deps, application, row),
    auth,
    expected: {
      ...settings.expected,
      headers: beside(locked.headers, settings.expected.headers),
      query: beside(locked.query, settings.expected.query),
    },
    capture: captureJson(row),
    warnings: [...warnings, ...guessable],
    revision: listenerRevision(row),
    createdAt: new Date(row.created_at).toISOString(),
    updatedAt: new Date(row.updated_at).toISOString(),
  }
}

export function publicUrlOf(
  { settings }: Pick<ApiDeps, 'settings'>,
  application: Pick<ApplicationSnapshot, 'id' | 'uid'>,
  { suffix }: Pick<StoredListener, 'suffix'>,
): string {
  return `${settings.publicUrl.replace(/\/+$/, '')}/in/${application.uid ?? application.id}${suffix}`
}

export function listenerRevision({ uid, name, system, suffix, methods, auth, config, enabled }: Readonly<StoredListener>): string {
  return revisionOf(uid, name, system, suffix, methods, auth, config, enabled)
}

/** A row of the owner's for a header that the authentication asks for anyway gives its example to the locked one. */
function beside(locked: ReturnType<typeof lockedRows>['headers'], rows: Listener['expected']['headers']) {
  const same = (a: { name: string }) => (b: { name: string }) => a.name.toLowerCase() === b.name.toLowerCase()
  return [...locked.map((row) => ({ ...rows.find(same(row)), ...row })), ...rows.filter((row) => !locked.some(same(row)))]
}

/** What the secrets of a listener are named after. */
export function purposeOf({ uid, suffix }: Listener): string {
  return uid ?? suffix
}

/** The application with the secrets that a change makes. */
export function withMoved(application: ApplicationSnapshot, moved: ApplicationSnapshot['secrets']): ApplicationSnapshot {
  return { ...application, secrets: [...application.secrets, ...moved] }
}
