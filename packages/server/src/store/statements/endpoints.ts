import type { Tables } from '../queries/tables.ts'
import type { StoredEndpointSecret, StoredEndpoint } from '../records/endpoint.ts'
import type { Statement } from '../port/mutation.ts'

export function createEndpointStatements({ db }: Tables) {
  const ofEndpoint = (endpoint: string) => db.deleteFrom('endpoint_secret').where('endpoint_id', '=', endpoint)
  return {
    insert: (row: StoredEndpoint): Statement => ({ query: db.insertInto('endpoint').values(row).compile() }),
    update: (id: string, fields: Partial<StoredEndpoint>): Statement => ({
      query: db.updateTable('endpoint').set(fields).where('id', '=', id).compile(),
      rows: 1,
    }),
    insertSecret: (row: StoredEndpointSecret): Statement => ({ query: db.insertInto('endpoint_secret').values(row).compile() }),
    /** The newest secret, which has no end yet, signs until then. */
    endSecret: (endpoint: string, until: number): Statement => ({
      query: db
        .updateTable('endpoint_secret')
        .set({ expires_at: until })
        .where('endpoint_id', '=', endpoint)
        .where('expires_at', 'is', null)
        .compile(),
    }),
    removeSecrets: (endpoint: string): Statement => ({ query: ofEndpoint(endpoint).compile() }),
    /** Those whose time is over at `now`. */
    removeExpiredSecrets: (endpoint: string, now: number): Statement => ({
      query: ofEndpoint(endpoint).where('expires_at', '<=', now).compile(),
    }),
  }
}
