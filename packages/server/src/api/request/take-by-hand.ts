import { AppError, type ApplicationId } from '#domain'
import type { Judged, RequestByHand } from '#ingest'
import type { Alongside, ApplicationSnapshot, Dedup, RequestOrigin } from '#store'
import type { ApiDeps } from '../deps.ts'

export interface TakenByHand {
  readonly id: string
  /** False: what it may be taken for once was taken before, as the request `id`. */
  readonly fresh: boolean
}

interface Handed {
  readonly listener: string
  readonly request: RequestByHand
  readonly origin: RequestOrigin
  /** What may be done once; null: as often as one likes, and copies of an event are passed by. */
  readonly once: Dedup | null
  /** Written with the request. */
  readonly alongside: Alongside
  /** Whoever hands it in answers for it. */
  readonly trusted?: boolean
}

/** So often the configuration may change while a request is judged. */
const ROUNDS_MAX = 5

/**
 * Keeps a request that somebody hands in as its listener would keep one that comes, and starts what that starts. It is judged outside the
 * commit, which may take turns; where the configuration changed meanwhile, by the newer one.
 */
export async function takeByHand(deps: ApiDeps, application: ApplicationSnapshot, handed: Handed): Promise<TakenByHand> {
  const { request, origin, once, alongside, trusted = false } = handed
  let snapshot: ApplicationSnapshot | undefined = application
  for (let round = 0; round < ROUNDS_MAX && snapshot !== undefined; round++) {
    const row = snapshot.listeners.find(({ id }) => id === handed.listener)
    if (row === undefined) throw new AppError('not_verified', { detail: 'Its listener is deleted, so nobody would take it.' })
    const place = { snapshot, row }
    const examination = takenOr(await deps.byHand.judge(place, request, { trusted }))
    const operation = deps.byHand.operation(place, request, { examination, origin, at: deps.clock.now() })
    const dedups = once === null ? [] : [once, ...operation.dedups]
    const result = await deps.committer.accept({ ...operation, dedups, alongside })
    if (result.kind === 'refused') throw new AppError('malformed_request', { detail: result.detail })
    if (result.kind === 'duplicate' && result.scope === once?.scope) return { id: result.ref, fresh: false }
    if (result.kind !== 'stale') return { id: request.id, fresh: true }
    snapshot = await deps.config.refresh(snapshot.id as ApplicationId, snapshot.version)
  }
  throw new AppError('changed_meanwhile')
}

function takenOr({ examination, code, detail }: Judged): NonNullable<Judged['examination']> {
  if (examination !== null) return examination
  const why = code === 'not_checkable' ? detail : `${code}: ${detail ?? 'no more is known.'}`
  throw new AppError('not_verified', { detail: `The listener would refuse this request. ${why}` })
}
