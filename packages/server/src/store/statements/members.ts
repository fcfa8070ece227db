import type { Statement } from '../port/mutation.ts'
import type { Tables } from '../queries/tables.ts'
import type { StoredMember, StoredMemberLink, StoredMemberSession } from '../records/member.ts'

type MemberChange = Partial<Omit<StoredMember, 'id' | 'created_at'>>

export function createMemberStatements(tables: Tables) {
  return { ...createPeopleStatements(tables), ...createDoorStatements(tables) }
}

function createPeopleStatements({ db }: Tables) {
  return {
    insert: (row: StoredMember): Statement => ({ query: db.insertInto('member').values(row).compile() }),
    /** Refused if it is gone. */
    update: (id: string, change: MemberChange): Statement => ({
      query: db.updateTable('member').set(change).where('id', '=', id).compile(),
      rows: 1,
    }),
    remove: (id: string): Statement => ({ query: db.deleteFrom('member').where('id', '=', id).compile(), rows: 1 }),
    seen: (id: string, at: number): Statement => ({
      query: db
        .updateTable('member')
        .set({ last_seen_at: at })
        .where('id', '=', id)
        .where((is) => is.or([is('last_seen_at', 'is', null), is('last_seen_at', '<', at)]))
        .compile(),
    }),
    /**
     * Has whoever else changes an owner wait until this change is kept: on PostgreSQL two changes at once would each count on the other
     * owner. To be followed by `keepAnOwner`.
     */
    holdOwners: (): Statement => ({
      query: db
        .updateTable('member')
        .set((column) => ({ role: column.ref('role') }))
        .where('role', '=', 'owner')
        .compile(),
    }),
    /** Refused unless another owner than this one can sign in. Touches nothing but one row, which stays as it is. */
    keepAnOwner: (id: string): Statement => ({
      query: db
        .updateTable('member')
        .set((column) => ({ role: column.ref('role') }))
        .where('id', '=', (from) =>
          from
            .selectFrom('member as other')
            .select('other.id')
            .where('other.id', '!=', id)
            .where('other.role', '=', 'owner')
            .where('other.password', 'is not', null)
            .where('other.disabled_at', 'is', null)
            .orderBy('other.id')
            .limit(1),
        )
        .compile(),
      rows: 1,
    }),
  }
}

/** How members get in: sessions and links. */
function createDoorStatements({ db }: Tables) {
  return {
    insertSession: (row: StoredMemberSession): Statement => ({ query: db.insertInto('member_session').values(row).compile() }),
    /** Nothing, if it ended. */
    useSession: (hash: string, { at, expiresAt }: { at: number; expiresAt: number }): Statement => ({
      query: db
        .updateTable('member_session')
        .set({ last_used_at: at, expires_at: expiresAt })
        .where('hash', '=', hash)
        .where('last_used_at', '<', at)
        .compile(),
    }),
    endSession: (hash: string): Statement => ({ query: db.deleteFrom('member_session').where('hash', '=', hash).compile() }),
    endSessions: (member: string): Statement => ({ query: db.deleteFrom('member_session').where('member_id', '=', member).compile() }),
    insertLink: (row: StoredMemberLink): Statement => ({ query: db.insertInto('member_link').values(row).compile() }),
    /** Refused if it was used already. */
    useLink: (hash: string, at: number): Statement => ({
      query: db.updateTable('member_link').set({ used_at: at }).where('hash', '=', hash).where('used_at', 'is', null).compile(),
      rows: 1,
    }),
    /** What was sent before opens nothing any more. */
    endLinks: (member: string): Statement => ({
      query: db.deleteFrom('member_link').where('member_id', '=', member).where('used_at', 'is', null).compile(),
    }),
  }
}
