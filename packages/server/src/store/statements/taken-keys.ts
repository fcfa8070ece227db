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
    /** In the commit of what the call changes: whoever comes again must not change it again, whether there is an answer or not. */
    callCarriedOut: (key: string): Statement => ({
      query: db.updateTable('idempotency').set({ status: CARRIED_OUT }).where('key', '=', key).where('status', 'is', null).compile(),
    }),
    answerCall: (key: string, answer: Pick<StoredIdempotency, 'status' | 'body'>): Statement => ({
      query: db.updateTable('idempotency').set(answer).where('key', '=', key).compile(),
    }),
    /** Unless another call took its place. */
    removeCall: ({ key, created_at }: Pick<StoredIdempotency, 'key' | 'created_at'>): Statement => ({
      query: db.deleteFrom('idempotency').where('key', '=', key).where('created_at', '=', created_at).compile(),
    }),
    removeUnanswered: (key: string): Statement => ({
      query: db.deleteFrom('idempotency').where('key', '=', key).where('status', 'is', null).compile(),
    }),
  }
}
