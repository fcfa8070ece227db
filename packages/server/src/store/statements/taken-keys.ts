import type { Tables } from '../queries/tables.ts'
import { CARRIED_OUT, type StoredIdempotency } from '../records/taken-key.ts'
import type { Statement } from '../port/mutation.ts'

/** Of keys that make calls and jobs unique. Those of messages and requests are taken as they are accepted. */
export function createTakenKeyStatements({ db }: Tables) {
  return {
    /** Frees a key of `Dedup`. */
    free: (scope: string, key: string): Statement => ({
      query: db.deleteFrom('dedup').where('scope', '=', scope).where('key', '=', key).compile(),
    }),
    insertCall: (row: StoredIdempotency): Statement => ({ query: db.insertInto('idempotency').values(row).compile() }),
    /**
     * In the commit of what the call changes: whoever comes again must not change it again, whether there is an answer or not. That commit
     * fails if another call took the place of this one, because its session was thought dead.
     */
    callCarriedOut: ({ key, holder }: HeldCall): Statement => ({
      query: db.updateTable('idempotency').set({ status: CARRIED_OUT }).where('key', '=', key).where('body', '=', holder).compile(),
      rows: 1,
    }),
    answerCall: ({ key, holder }: HeldCall, answer: Pick<StoredIdempotency, 'status' | 'body'>): Statement => ({
      query: db.updateTable('idempotency').set(answer).where('key', '=', key).where('body', '=', holder).compile(),
    }),
    /** Unless another call took its place. */
    removeCall: ({ key, body, created_at }: Pick<StoredIdempotency, 'key' | 'body' | 'created_at'>): Statement => ({
      query: db
        .deleteFrom('idempotency')
        .where('key', '=', key)
        .where('created_at', '=', created_at)
        .where('body', body === null ? 'is' : '=', body)
        .compile(),
    }),
    removeUnanswered: ({ key, holder }: HeldCall): Statement => ({
      query: db.deleteFrom('idempotency').where('key', '=', key).where('body', '=', holder).where('status', 'is', null).compile(),
    }),
  }
}

/** A call that is under way, and who makes it. An answer never reads like that, so what is answered is held no more. */
export interface HeldCall {
  readonly key: string
  readonly holder: string
}
