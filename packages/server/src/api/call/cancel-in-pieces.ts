import type { Alongside } from '#store'
import { alongsideOf, carriedOutBy, type Caller, type ChangeDeps } from '../change.ts'

interface Pieces<Id> {
  readonly ids: readonly Id[]
  /** How many are ended by one commit. */
  readonly most: number
  /** What the audit log has of it. */
  readonly action: string
  readonly after: object
  cancel(ids: readonly Id[], alongside: Alongside): Promise<readonly Id[]>
}

/**
 * Ends what was asked for, piece by piece, and returns how many were ended. The first commit that ends any has the audit row, which says what
 * was asked for; the last says that the call was carried out. So one that is repeated after its process died in between ends the rest.
 */
export async function cancelInPieces<Id>(
  deps: Pick<ChangeDeps, 'ids' | 'clock'>,
  call: Caller & Parameters<typeof alongsideOf>[1],
  { ids, most, action, after, cancel }: Pieces<Id>,
): Promise<number> {
  let ended = 0
  for (let at = 0; at < ids.length; at += most) {
    const statements = at + most >= ids.length ? carriedOutBy(call) : []
    const row = alongsideOf(deps, call, { action, target: call.application.id, after, statements })
    ended += (await cancel(ids.slice(at, at + most), ended === 0 ? row : { statements, audit: [] })).length
  }
  return ended
}
