import type { AcceptOperation, AcceptResult, ApplicationSnapshot } from '#store'
import type { ApiDeps } from './deps.ts'

export interface Accepting {
  make(application: ApplicationSnapshot): AcceptOperation
  /** What making needs of another configuration and must be waited for; undefined: nothing. */
  ready?(application: ApplicationSnapshot): Promise<void> | undefined
}

/**
 * Accepts what is made from an application's configuration: from the one at hand and, if that has changed, once more inside the commit,
 * where it cannot change. There everybody waits, so what takes time is done before. `stale` only means that the application is gone.
 * What `make` throws is thrown.
 */
export async function acceptCurrent(
  { committer, config }: Pick<ApiDeps, 'committer' | 'config'>,
  application: ApplicationSnapshot,
  { make, ready }: Accepting,
): Promise<AcceptResult> {
  const result = await committer.accept(make(application))
  if (result.kind !== 'stale') return result
  const snapshot = await config.refresh(application.id, application.version)
  if (snapshot === undefined) return result
  await ready?.(snapshot)
  return committer.acceptAnew({
    application: snapshot.id,
    snapshot,
    make: (current) => (current === undefined ? null : make(current)),
  })
}
