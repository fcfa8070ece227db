import { sql } from 'kysely'
import type { Tables } from '../queries/tables.ts'
import type { StoredAttempt } from '../records/attempt.ts'
import type { StoredDelivery } from '../records/delivery.ts'
import type { StoredMessage } from '../records/message.ts'
import type { Statement } from '../port/mutation.ts'

/** Of one request, with those of replays, as one row is read: beyond so many, further ones only tell which request they work on. */
const RUNS_NAMED_MAX = 5000

/** What people change in logs: contents are expunged, runs are linked, and tests are written down. All else is written by the work itself. */
export function createLogStatements({ db }: Tables) {
  return {
    /** Also what transformations made of the payload, which is as much its content. */
    expungeMessage: (id: string): readonly Statement[] => [
      { query: db.updateTable('message').set({ payload: null, payload_until: null }).where('id', '=', id).compile(), rows: 1 },
      {
        query: db
          .updateTable('attempt')
          .set({ request_body: null })
          .where('delivery_id', 'in', db.selectFrom('delivery').select('id').where('message_id', '=', id))
          .where('request_body', 'is not', null)
          .compile(),
      },
    ],
    /** What came back. */
    expungeAttempt: (id: string): Statement => ({
      query: db
        .updateTable('attempt')
        .set({ response_body: null, response_headers: null, detail: 'EXPUNGED' })
        .where('id', '=', id)
        .compile(),
      rows: 1,
    }),
    /** Behind those that are linked, whoever else links some at the time. Runs that were started together are linked together, once. */
    linkRuns: (request: string, runs: readonly string[]): readonly Statement[] => {
      if (runs.length === 0) return []
      const more = JSON.stringify(runs.slice(0, RUNS_NAMED_MAX)).slice(1)
      const link = sql<string>`case when run_ids = '[]' then '[' else substr(run_ids, 1, length(run_ids) - 1) || ',' end || ${more}`
      const query = db
        .updateTable('request')
        .set({ run_ids: link })
        .where('id', '=', request)
        .where(sql<boolean>`length(run_ids) < ${RUNS_NAMED_MAX * JSON.stringify([runs[0]]).length}`)
        .where('run_ids', 'not like', `%${runs[0]}%`)
      return [{ query: query.compile() }]
    },
    /** A delivery that was never in a lane, with its message and its only attempt. */
    insertTest: ({
      message,
      delivery,
      attempt,
    }: {
      message: StoredMessage
      delivery: StoredDelivery
      attempt: StoredAttempt
    }): readonly Statement[] => [
      { query: db.insertInto('message').values(message).compile() },
      { query: db.insertInto('delivery').values(delivery).compile() },
      { query: db.insertInto('attempt').values(attempt).compile() },
    ],
  }
}
