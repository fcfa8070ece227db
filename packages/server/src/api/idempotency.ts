import { createHash } from 'node:crypto'
import { AppError, belonging, limits } from '#domain'
import type { Session } from '#coordination'
import { sleep, type Clock, type Log, type Vault } from '#platform'
import { CARRIED_OUT, type HeldCall, type StoredIdempotency, type Statement, type Store } from '#store'
import { bodyDigest } from './content-digest.ts'
import type { Answer } from './route.ts'

const KEEP_MS = limits.idempotencyHours * 3_600_000
/** A first call that has not answered after so long is given up although its process lives: the next one takes its place. */
const ABANDONED_MS = 60_000

export interface KeyedCall {
  /** Who called what: a key of one caller never answers another. */
  readonly scope: string
  readonly key: string
  /** The body's bytes as they came. */
  readonly raw: Uint8Array
}

interface IdempotencyDeps {
  readonly store: Store
  readonly vault: Vault
  readonly clock: Clock
  readonly session: Pick<Session, 'id'>
  readonly log: Pick<Log, 'warn'>
}

/** Who repeats a call that is still under way waits this long for its answer, and looks this often. */
const WAIT_MS = 5000
const LOOK_MS = 50

/**
 * Replays the HTTP call: the same key answers with what the first call answered (decisions/keys-of-jobs). Only successes are kept, so a
 * refused call can be corrected under its key. Answers may hold a secret that is shown once, so they are kept sealed.
 *
 * A key is absent, under way (a row without a status), carried out, or answered. Who inserts the row makes the call, and leaves it answered
 * or absent again; everybody else waits for either, unless its session is dead. What the call changes says in its own commit that it was
 * carried out: from there on nobody makes the call again, also where its process died before it answered. That commit fails where somebody
 * else took the key meanwhile, so a process that was thought dead does nothing a second time.
 */
export function createIdempotency({ store, vault, clock, session, log }: IdempotencyDeps) {
  const { queries, statements } = store
  const write = (statement: Statement) => store.mutate({ statements: [statement], application: null, audit: [] })

  let calls = 0

  return async ({ scope, key: given, raw }: KeyedCall, run: (carriedOut: Statement) => Promise<Answer>): Promise<Answer> => {
    const key = createHash('sha256').update(`${scope}\n${given}`).digest('hex')
    const bodyHash = bodyDigest(raw)
    const deadline = clock.monotonic() + WAIT_MS
    for (;;) {
      const call = { key, holder: `${session.id} ${++calls}` }
      if (await begin(call, bodyHash)) return runFirst(call, run)
      const row = await queries.takenKeys.call(key)
      if (!row) continue // the first call was refused: this one takes its place
      const isLost = await isAbandoned(row)
      if (row.expires_at <= clock.now() || (row.status === null && isLost)) {
        await write(statements.takenKeys.removeCall(row))
        continue
      }
      // Older releases kept the digest of the bytes.
      if (row.body_hash !== bodyHash && row.body_hash !== createHash('sha256').update(raw).digest('hex'))
        throw new AppError('idempotency_mismatch')
      if (row.status === CARRIED_OUT && isLost) throw new AppError('idempotency_answer_lost')
      if (row.status !== null && row.status !== CARRIED_OUT) return replay(row)
      if (clock.monotonic() >= deadline) throw new AppError('idempotency_in_progress')
      await sleep(clock, LOOK_MS)
    }
  }

  /** Whether nobody will answer the call any more. */
  async function isAbandoned({ status, body, created_at }: StoredIdempotency): Promise<boolean> {
    if (status !== null && status !== CARRIED_OUT) return false
    return created_at <= clock.now() - ABANDONED_MS || !(await queries.sessions.living()).includes(body?.split(' ', 1)[0] ?? '')
  }

  async function begin({ key, holder }: HeldCall, bodyHash: string): Promise<boolean> {
    const now = clock.now()
    const row = { key, body_hash: bodyHash, status: null, body: holder, created_at: now, expires_at: now + KEEP_MS }
    return (await write(statements.takenKeys.insertCall(row))).kind !== 'conflict'
  }

  async function runFirst(call: HeldCall, run: (carriedOut: Statement) => Promise<Answer>): Promise<Answer> {
    try {
      const answer = await run(statements.takenKeys.callCarriedOut(call))
      const body = vault.seal(answer.json ?? JSON.stringify(answer.body ?? null), belonging.idempotency(call.key))
      await write(statements.takenKeys.answerCall(call, { status: answer.status, body }))
      return answer
    } catch (error) {
      // Where that fails too, the key is given away as that of a call that never answers; what the caller has to hear is the first fault.
      await write(statements.takenKeys.removeUnanswered(call)).catch((left: unknown) =>
        log.warn('api.idempotency.key_left', { error: left }),
      )
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
