import { AppError } from '#domain'
import type { ApplicationSnapshot, StoredListener } from '#store'
import type { Caller } from '../change.ts'
import type { Call } from '../route.ts'

/** A call of an operation below an application, as far as changes of listeners need it. */
export type ListenerCall = Pick<Call, 'params' | 'ifMatch'> & Caller & { readonly application: ApplicationSnapshot }

/** By id, or by the caller's own uid. */
export function findListener(application: ApplicationSnapshot, idOrUid: string): Readonly<StoredListener> | undefined {
  return application.listeners.find((listener) => listener.id === idOrUid || listener.uid === idOrUid)
}

/** The listener that the path names. Those of other applications are unknown here. */
export function existingListener(application: ApplicationSnapshot, params: Readonly<Record<string, string>>): Readonly<StoredListener> {
  const listener = findListener(application, params['listener_id'] ?? '')
  if (!listener) throw new AppError('not_found')
  return listener
}
