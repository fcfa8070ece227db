import type { StoredMember, StoredMemberLink, StoredMemberSession } from '../records/member.ts'
import type { Stretch } from '../stretch.ts'
import { inStretch } from './in-stretch.ts'
import type { Tables } from './tables.ts'

/** The people of the organisation, and how they get in. */
export function createMemberQueries({ db }: Tables) {
  const members = () => db.selectFrom('member').selectAll()
  return {
    list: (stretch: Stretch): Promise<StoredMember[]> => inStretch(members(), 'id', stretch).execute(),
    find: (id: string): Promise<StoredMember | undefined> => members().where('id', '=', id).executeTakeFirst(),
    withEmail: (email: string): Promise<StoredMember | undefined> => members().where('email', '=', email).executeTakeFirst(),
    /** Whether anybody ever set a password: links for the first owner end with that. */
    async any(): Promise<boolean> {
      return (await db.selectFrom('member').select('id').where('password', 'is not', null).limit(1).executeTakeFirst()) !== undefined
    },
    /** Whether another owner than this one can sign in. */
    async anyOtherOwner(id: string): Promise<boolean> {
      const other = await db
        .selectFrom('member')
        .select('id')
        .where('id', '!=', id)
        .where('role', '=', 'owner')
        .where('password', 'is not', null)
        .where('disabled_at', 'is', null)
        .limit(1)
        .executeTakeFirst()
      return other !== undefined
    },
    session: (hash: string): Promise<StoredMemberSession | undefined> =>
      db.selectFrom('member_session').selectAll().where('hash', '=', hash).executeTakeFirst(),
    link: (hash: string): Promise<StoredMemberLink | undefined> =>
      db.selectFrom('member_link').selectAll().where('hash', '=', hash).executeTakeFirst(),
  }
}
