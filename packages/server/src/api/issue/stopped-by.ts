import type { ApiDeps } from '../deps.ts'
import { lookThrough } from '../look-through.ts'

/** What is looked through of the audit log for one endpoint: 10,000 changes of its application. */
const WINDOWS_MAX = 5
const CHANGES_MAX = 20

interface Stop {
  readonly at: number
  readonly reason: string | null
}

/** When and why the server itself stopped an endpoint, if the last change of its state was the server's. */
export async function stoppedBy({ store }: Pick<ApiDeps, 'store'>, application: string, endpoint: string): Promise<Stop | undefined> {
  const { audit } = store.logs
  const found = await lookThrough(
    { order: 'desc', beyond: null, limit: CHANGES_MAX },
    {
      filtered: true,
      windowEnd: (stretch) => audit.windowEnd(application, stretch),
      rows: (stretch) => audit.list({ application, target: endpoint }, stretch),
      windowsMax: WINDOWS_MAX,
    },
  )
  const rows = await audit.byIds(found.rows.map(({ id }) => id))
  for (const { actor, before, after, at } of rows.toSorted((a, b) => (a.id < b.id ? 1 : -1))) {
    const changed = partOf(after)
    if (changed.state === undefined || changed.state === partOf(before).state) continue
    return actor === 'system' ? { at, reason: changed.reason ?? null } : undefined
  }
  return undefined
}

/** A change as it was written down. Some hold no state. */
function partOf(json: string | null): { readonly state?: string; readonly reason?: string } {
  const part: unknown = json === null ? null : JSON.parse(json)
  return typeof part === 'object' && part !== null ? part : {}
}
