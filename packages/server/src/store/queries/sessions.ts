import type { Tables } from './tables.ts'

export function createSessionQueries({ db }: Tables) {
  return {
    /** Lives of processes that nobody has found dead, oldest first. */
    living: async (): Promise<string[]> =>
      (await db.selectFrom('session').select('id').where('alive', '=', 1).orderBy('id').execute()).map(({ id }) => id),
  }
}
