import { createHash } from 'node:crypto'
import { AppError, belonging, limits } from '#domain'
import { sleep, type Clock, type Vault } from '#platform'
import { CARRIED_OUT, type StoredIdempotency, type Statement, type Store } from '#store'
import { bodyDigest } from './content-digest.ts'
import type { Answer } from './route.ts'

const KEEP_MS = limits.idempotencyHours * 3_600_000
/** A first call that has not answered after so long died with its process: the next one takes its place. */
const ABANDONED_MS = 60_000

export interface KeyedCall {
  /** Who called what: a key of one caller never answers another. */
  readonly scope: string
  readonly key: string
  /** The body's bytes as they came. */
  readonly raw: Uint8Array
}

/** Who repeats a call that is still under way waits this long for its answer, and looks this often. */
const WAIT_MS = 5000
const LOOK_MS = 50

/**
 * Replays the HTTP call: the same key answers with what the first call answered (decisions/keys-of-jobs). Only successes are kept, so a
 * refused call can be corrected under its key. Answers may hold a secret that is shown once, so they are kept sealed.
 *
 * A key is absent, under way (a row without a status), carried out, or answered. Who inserts the row makes the call, and leaves it answered
 * or absent again; everybody else waits for either. What the call changes says in its own commit that it was carried out: from there on
 * nobody makes the call again, also where its process died before it answered.
 */
export function createIdempotency({ store, vault, clock }: { store: Store; vault: Vault; clock: Clock }) {
  const { queries, statements } = store
  const write = (statement: Statement) => store.mutate({ statements: [statement], application: null, audit: [] })

  return async ({ scope, key: given, raw }: KeyedCall, run: (carriedOut: Statement) => Promise<Answer>): Promise<Answer> => {
    const key = createHash('sha256').update(`${scope}\n${given}`).digest('hex')
    const bodyHash = bodyDigest(raw)
    const deadline = clock.monotonic() + WAIT_MS
    for (;;) {
      if (await begin(key, bodyHash)) return runFirst(key, run)
      const row = await queries.takenKeys.call(key)
      if (!row) continue // the first call was refused: this one takes its place
      const now = clock.now()
      const isAbandoned = row.created_at <= now - ABANDONED_MS
      if (row.expires_at <= now || (row.status === null && isAbandoned)) {
        await write(statements.takenKeys.removeCall(row))
        continue
      }
      // Older releases kept the digest of the bytes.
      if (row.body_hash !== bodyHash && row.body_hash !== createHash('sha256').update(raw).digest('hex'))
        throw new AppError('idempotency_mismatch')
      if (row.status === CARRIED_OUT && isAbandoned) throw new AppError('idempotency_answer_lost')
      if (row.status !== null && row.status !== CARRIED_OUT) return replay(row)
      if (clock.monotonic() >= deadline) throw new AppError('idempotency_in_progress')
      await sleep(clock, LOOK_MS)
    }
  }

  async function begin(key: string, bodyHash: string): Promise<boolean> {
    const now = clock.now()
    const row = { key, body_hash: bodyHash, status: null, body: null, created_at: now, expires_at: now + KEEP_MS }
    return (await write(statements.takenKeys.insertCall(row))).kind !== 'conflict'
  }

  async function runFirst(key: string, run: (carriedOut: Statement) => Promise<Answer>): Promise<Answer> {
    try {
      const answer = await run(statements.takenKeys.callCarriedOut(key))
      const body = vault.seal(answer.json ?? JSON.stringify(answer.body ?? null), belonging.idempotency(key))
      await write(statements.takenKeys.answerCall(key, { status: answer.status, body }))
      return answer
    } catch (error) {
      await write(statements.takenKeys.removeUnanswered(key))
      throw error
    }
  }

  function replay({ key, status, body }: StoredIdempotency): Answer {
    const opened = vault.openText(body ?? '', belonging.idempotency(key))
    if (!opened.ok) throw new AppError('secret_unreadable', { detail: "The kept answer cannot be opened with this server's master key." })
    // As text, because numbers beyond 2^53 would not survive being read.
    return { status: status ?? 200, ...(opened.plain !== 'null' && { json: opened.plain }), headers: { 'idempotent-replayed': 'true' } }
  }
}
