import type { SessionId } from '#domain'
import type { Hint } from '../../port/hints.ts'
import type { Pool } from '../connection/pool.ts'
import type { Wire } from './wire.ts'

export interface TransactionWire extends Pick<Wire, 'encode' | 'send'> {
  readonly pool: Pool
}

/** Makes a group commit in a transaction of several statements. Others hear of what they can see: behind it. */
export async function inTransaction<T>({ pool, encode, send }: TransactionWire, work: (wire: Wire) => Promise<T>): Promise<T> {
  const held: (readonly [SessionId | null, Partial<Hint>])[] = []
  const result = await pool.transaction((run) => work({ run, encode, send: (to, hint) => void held.push([to, hint]) }))
  for (const [to, hint] of held) send(to, hint)
  return result
}
