import { AppError } from '#domain'
import type { StoredListener } from '#store'
import { isOutdated } from '../revision.ts'
import type { Call } from '../route.ts'
import { listenerRevision } from './listener-row.ts'

/** Refuses a change of a listener that its caller has not seen, so that nobody writes over another. */
export function refuseOutdated({ ifMatch }: Pick<Call, 'ifMatch'>, row: Readonly<StoredListener>): void {
  if (!isOutdated(ifMatch, listenerRevision(row))) return
  const when = new Date(row.updated_at).toISOString()
  throw new AppError('draft_changed', {
    detail: `Somebody changed this listener at ${when}. Read it again and change that; If-Match: * writes over it.`,
  })
}
