import type { AcceptOperation, AcceptResult, ApplicationSnapshot } from '#store'
import type { ApiDeps } from './deps.ts'

export interface Accepting {
  make(application: ApplicationSnapshot): AcceptOperation
  /** What was made of the configuration at hand, where that took turns. */
  readonly first?: AcceptOperation
  readonly readiness?: Readiness
}

/** What making needs of a configuration, and takes time. */
export interface Readiness {
  /** Takes over what is ready of an older version. Undefined: nothing is to be waited for. */
  ready(application: ApplicationSnapshot, older: ApplicationSnapshot): Promise<void> | undefined
  /** The same, without the rest. Takes no time. */
  keep(application: ApplicationSnapshot, older: ApplicationSnapshot): void
}

/** Each time less is left to be made ready: what changed while the rest was. */
const ROUNDS_MAX = 8

/**
 * Accepts what is made from an application's configuration: from the one at hand and, if that has changed, once more inside the commit,
 * where it cannot change. There everybody waits, so what takes time is done before, but for what changed in the last moment. `stale` only
 * means that the application is gone. What `make` throws is thrown.
 */
export async function acceptCurrent(
  { committer, config }: Pick<ApiDeps, 'committer' | 'config'>,
  application: ApplicationSnapshot,
  { make, first = make(application), readiness }: Accepting,
): Promise<AcceptResult> {
  const result = await committer.accept(first)
  if (result.kind !== 'stale') return result
  const snapshot = await readied(config, application, readiness)
  if (snapshot === undefined) return result
  return committer.acceptAnew({
    application: snapshot.id,
    snapshot,
    make: (current) => {
      if (current === undefined) return null
      readiness?.keep(current, snapshot)
      return make(current)
    },
  })
}

/** The present configuration, made ready; undefined if the application is gone. */
async function readied(
  config: ApiDeps['config'],
  application: ApplicationSnapshot,
  readiness: Readiness | undefined,
): Promise<ApplicationSnapshot | undefined> {
  let known = application
  for (let round = 1; ; round++) {
    const snapshot = await config.refresh(known.id, known.version)
    if (snapshot === undefined || readiness === undefined) return snapshot
    await readiness.ready(snapshot, known)
    if (round === ROUNDS_MAX || config.peek(snapshot.id) === snapshot) return snapshot
    known = snapshot
  }
}
