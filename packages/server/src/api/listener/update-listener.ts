import { keptListener, listenerIn, type Listener, type ListenerOut, type listenerOperations } from '@posthorn/contract'
import { AppError, isId } from '#domain'
import type { ApplicationSnapshot, StoredListener } from '#store'
import { changeApplication } from '../change.ts'
import { check } from '../check.ts'
import type { ApiDeps } from '../deps.ts'
import type { Answer, Call } from '../route.ts'
import { createMovedSecrets } from '../secret/named-secret.ts'
import { insertListener } from './create-listener.ts'
import { existingListener, findListener, type ListenerCall } from './find-listener.ts'
import { keepAuth, showAuth } from './listener-auth.ts'
import { listenerBefore, listenerColumns, listenerJson, purposeOf, withMoved, writtenListener } from './listener-row.ts'
import { answerListener } from './matched-secrets.ts'
import { refuseOutdated } from './refuse-outdated.ts'
import { refuseTaken } from './refuse-taken.ts'

/** Replaces the listener, or makes it under the uid that the path names. */
export async function replaceListener(deps: ApiDeps, call: Call<typeof listenerOperations.update>): Promise<Answer> {
  const name = call.params['listener_id']!
  if (findListener(call.application, name))
    return answerListener(deps, 200, await updateListener(deps, call, () => ({ written: call.body })))
  if (isId('lst', name)) throw new AppError('not_found')
  if (call.ifMatch !== undefined) throw new AppError('draft_changed', { detail: 'This listener is not there, or not any more.' })
  return answerListener(deps, 201, await insertListener(deps, call, { ...call.body, uid: call.body.uid ?? uidOf(name) }))
}

export async function patchListener(deps: ApiDeps, call: Call<typeof listenerOperations.patch>): Promise<Answer> {
  return answerListener(deps, 200, await changeParts(deps, call, () => ({ given: call.body })))
}

/** Changes what is given of the listener, which may follow from what it was. */
export function changeParts(
  deps: ApiDeps,
  call: ListenerCall,
  partsOf: (before: Readonly<StoredListener>) => ListenerParts,
): Promise<ListenerOut> {
  return updateListener(deps, call, (before, application) => {
    const { given, columns } = partsOf(before)
    const auth = showAuth(deps, application.secrets, before)
    return { written: merged({ ...writtenListener(before), auth }, given), given, columns }
  })
}

interface ListenerParts {
  /** What of the listener the caller says; absent: all. */
  readonly given: Partial<Listener>
  /** What else changes with it. */
  readonly columns?: Partial<StoredListener> | undefined
}

interface ListenerUpdate extends Partial<ListenerParts> {
  readonly written: Listener
}

function updateListener(
  deps: ApiDeps,
  call: ListenerCall,
  change: (before: Readonly<StoredListener>, application: ApplicationSnapshot) => ListenerUpdate,
): Promise<ListenerOut> {
  return changeApplication(deps, call, (application) => {
    const before = existingListener(application, call.params)
    refuseOutdated(call, before)
    const { written, given, columns } = change(before, application)
    refuseTaken(application, before.id, written)
    // What nobody gives stays as it is sealed, also where a key is older than a rule about keys.
    const staysSealed = given !== undefined && given.auth === undefined && given.system === undefined
    const { sealed, secrets } = staysSealed
      ? { sealed: before.auth, secrets: createMovedSecrets(deps, application) }
      : keepAuth(deps, application, { ...written, id: before.id, purpose: purposeOf(written) })
    const changed = {
      ...listenerColumns(written, given),
      uid: written.uid === undefined ? before.uid : written.uid,
      auth: sealed,
      updated_at: deps.clock.now(),
      ...columns,
    }
    const after = listenerJson(deps, withMoved(application, secrets.rows()), { ...before, ...changed })

    return {
      statements: [...secrets.statements(), deps.store.statements.listeners.update(before.id, changed)],
      action: 'listener.updated',
      target: before.id,
      before: listenerBefore(deps, application, before),
      after,
      result: after,
    }
  })
}

/** A patch is judged by what it gives: what was saved before there was a rule for it stays as it is. */
function merged(before: object, given: object): Listener {
  const whole = { ...before, ...given }
  const strict = listenerIn.safeParse(whole)
  if (strict.success) return strict.data
  const members = strict.error.issues.flatMap((issue) => issue.path[0] ?? (issue.code === 'unrecognized_keys' ? issue.keys : []))
  return members.some((member) => Object.hasOwn(given, member)) ? (check(listenerIn, whole, 'body') as Listener) : keptListener.parse(whole)
}

/** A uid that comes from the path is held to the same rule as one in the body. */
function uidOf(name: string): string {
  const checked = listenerIn.shape.uid.safeParse(name)
  if (!checked.success) throw new AppError('not_found')
  return name
}
