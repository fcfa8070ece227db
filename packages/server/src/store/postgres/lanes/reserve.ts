import type { SessionId } from '#domain'
import type { FirstAttempt, ReserveResult } from '../../port/lanes.ts'
import { named } from '../functions/install.ts'
import type { Run } from '../connection/pool.ts'

const statement = { name: 'reserve', text: named('select posthorn.reserve($1, $2, $3) as waits') }

export async function reserve(run: Run, session: SessionId, wanted: readonly FirstAttempt[]): Promise<ReserveResult[]> {
  if (wanted.length === 0) return []
  const values = [session, wanted.map(({ application }) => application), wanted.map(({ lane }) => lane)]
  const { rows } = await run({ ...statement, values })
  return (rows[0]!.waits as number[]).map((againInMs) => (againInMs === 0 ? { kind: 'granted' } : { kind: 'refused', againInMs }))
}
