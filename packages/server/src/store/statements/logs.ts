import type { Tables } from '../queries/tables.ts'
import type { StoredAttempt } from '../records/attempt.ts'
import type { StoredDelivery } from '../records/delivery.ts'
import type { StoredMessage } from '../records/message.ts'
import type { StoredRequest } from '../records/request.ts'
import type { Statement } from '../port/mutation.ts'

/** Of one request, with those of replays: what names them is read as one row. The others tell which request they work on. */
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
    /** Nothing, if other runs were linked since the request was read. One that is linked already stays so. */
    linkRuns: ({ id, run_ids }: Pick<StoredRequest, 'id' | 'run_ids'>, more: readonly string[]): Statement => {
      const named = JSON.parse(run_ids) as string[]
      const known = new Set(named)
      const fresh = more.filter((run) => !known.has(run))
      return {
        query: db
          .updateTable('request')
          .set({ run_ids: JSON.stringify([...named, ...fresh.slice(0, Math.max(0, RUNS_NAMED_MAX - named.length))]) })
          .where('id', '=', id)
          .where('run_ids', '=', run_ids)
          .compile(),
      }
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
