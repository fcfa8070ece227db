import type { ApplicationId } from '#domain'
import type { Run } from './connection/pool.ts'

/**
 * Transactions are numbered, and every number below `until` was over when its snapshot was taken. So what commits late comes late, and
 * what was under way comes again.
 */
const text = `
select pg_snapshot_xmin(pg_current_snapshot())::text::bigint as until,
  (select array_agg(a.id) from application a where a.changed_in >= $1::text::xid8) as applications`

export async function changes(run: Run, since: number): Promise<{ until: number; applications: readonly ApplicationId[] }> {
  const { rows } = await run({ name: 'changes', text, values: [String(since)] })
  const { until, applications } = rows[0] as { until: number; applications: ApplicationId[] | null }
  // A database that was restored elsewhere counts from anew.
  if (until < since) return changes(run, 0)
  return { until, applications: applications ?? [] }
}
