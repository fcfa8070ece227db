import type { AcceptOperation, AcceptResult, ApplicationSnapshot } from '#store'
import type { ApiDeps } from './deps.ts'

/**
 * Accepts what is made from an application's configuration: from the one at hand and, if that has changed, once more inside the commit,
 * where it cannot change. `stale` only means that the application is gone. What `make` throws is thrown.
 */
export async function acceptCurrent(
  { committer, config }: Pick<ApiDeps, 'committer' | 'config'>,
  application: ApplicationSnapshot,
  make: (application: ApplicationSnapshot) => AcceptOperation,
): Promise<AcceptResult> {
  const result = await committer.accept(make(application))
  if (result.kind !== 'stale') return result
  const snapshot = await config.refresh(application.id, application.version)
  if (snapshot === undefined) return result
  return committer.acceptAnew({
    application: snapshot.id,
    snapshot,
    make: (current) => (current === undefined ? null : make(current)),
  })
}
