import type { ReplayStep, ReplayStepResult } from '../port/replays.ts'
import { named } from './functions/install.ts'
import type { Run } from './connection/pool.ts'

const text = named('select posthorn.advance_replay($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) as queued')

export async function advanceReplay(run: Run, step: ReplayStep): Promise<ReplayStepResult> {
  const { replay, rev, place, resend, create, started, skipped, waitMs, end } = step
  const found = resend.length + create.length + started + skipped
  const missing = create.length === 0 ? null : JSON.stringify(create)
  const status = end?.status ?? 'running'
  const failure = end?.status === 'failed' ? end.failure : null
  const { rows } = await run({ text, values: [replay, rev, place, resend, missing, found, waitMs, status, failure, started] })
  const queued = rows[0]!.queued as number | null
  return queued === null ? { kind: 'lost' } : { kind: 'advanced', queued }
}
