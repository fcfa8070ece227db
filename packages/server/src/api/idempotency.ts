import { createHash } from 'node:crypto'
import { AppError, belonging, limits } from '#domain'
import type { Clock, Vault } from '#platform'
import type { Store } from '#store'
import type { Answer } from './route.ts'

const KEEP_MS = limits.idempotencyHours * 3_600_000
/** A first call that has not answered after so long died with its process: the next one takes its place. */
const ABANDONED_MS = 60_000

export interface KeyedCall {
  /** Who called what: a key of one caller never answers another. */
  readonly scope: string
  readonly key: string
  readonly body: Uint8Array
}

/**
 * Replays the HTTP call: the same key answers with what the first call answered (decisions.md 30). Only successes are kept, so a
 * refused call can be corrected under its key. Answers may hold a secret that is shown once, so they are kept sealed.
 */
export function createIdempotency({ store, vault, clock }: { store: Store; vault: Vault; clock: Clock }) {
  const { db } = store
  const write = (query: { compile(): ReturnType<ReturnType<typeof db.deleteFrom<'idempotency'>>['compile']> }, rows?: number) =>
    store.mutate({ statements: [{ query: query.compile(), ...(rows !== undefined && { rows }) }], application: null, audit: [] })

  return async (call: KeyedCall, run: () => Promise<Answer>): Promise<Answer> => {
    const key = createHash('sha256').update(`${call.scope}\n${call.key}`).digest('hex')
    const bodyHash = createHash('sha256').update(call.body).digest('hex')
    const now = clock.now()
    await write(
      db
        .deleteFrom('idempotency')
        .where('key', '=', key)
        .where((is) =>
          is.or([is('expires_at', '<=', now), is.and([is('status', 'is', null), is('created_at', '<=', now - ABANDONED_MS)])]),
        ),
    )
    const first = await write(
      db
        .insertInto('idempotency')
        .values({ key, body_hash: bodyHash, status: null, body: null, created_at: now, expires_at: now + KEEP_MS }),
    )
    if (first.kind === 'conflict') return replay(key, bodyHash)
    try {
      const answer = await run()
      const body = vault.seal(answer.json ?? JSON.stringify(answer.body ?? null), belonging.idempotency(key))
      await write(db.updateTable('idempotency').set({ status: answer.status, body }).where('key', '=', key))
      return answer
    } catch (error) {
      await write(db.deleteFrom('idempotency').where('key', '=', key).where('status', 'is', null))
      throw error
    }
  }

  async function replay(key: string, bodyHash: string): Promise<Answer> {
    const row = await db.selectFrom('idempotency').selectAll().where('key', '=', key).executeTakeFirst()
    if (row && row.body_hash !== bodyHash) throw new AppError('idempotency_mismatch')
    if (!row || row.status === null || row.body === null) throw new AppError('idempotency_in_progress')
    const opened = vault.openText(row.body, belonging.idempotency(key))
    if (!opened.ok) throw new AppError('internal', { detail: 'The kept answer cannot be decrypted.' })
    // As text, because numbers beyond 2^53 would not survive being read.
    return { status: row.status, ...(opened.plain !== 'null' && { json: opened.plain }), headers: { 'idempotent-replayed': 'true' } }
  }
}
