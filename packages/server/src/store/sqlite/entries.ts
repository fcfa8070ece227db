import type { Engine } from './engine.ts'
import type { EntryFolder } from './file/entry-folder.ts'

/** Which of the ids are entries, removed or not. */
export function prepareNamedEntries({ db }: Engine): (ids: readonly string[]) => ReadonlySet<string> {
  const find = db.prepare<[string], string>('select id from entry where id = ?').pluck()
  return (ids) => new Set(ids.filter((id) => find.get(id) !== undefined))
}

/**
 * Removes the bytes first, and then the row: one that is left behind by a crash is found again by its row. A file that cannot be removed
 * keeps its row, and those behind it have their turn.
 */
export function preparePurge(
  { db }: Engine,
  files: EntryFolder,
  write: <T>(call: () => T) => Promise<T>,
): (most: number) => Promise<number> {
  const find = db.prepare<[string, number], { id: string; application_id: string; bytes: number }>(
    'select id, application_id, bytes from entry where removed_at is not null and id > ? order by id limit ?',
  )
  const remove = db.prepare('delete from entry where id = ? and removed_at is not null')
  const count = db.prepare('update entry_usage set files = files - 1, bytes = bytes - ? where application_id = ?')
  const removeRows = (rows: ReturnType<typeof find.all>) =>
    write(() => {
      let went = 0
      for (const { id, application_id, bytes } of rows) {
        if (remove.run(id).changes === 0) continue
        count.run(bytes, application_id)
        went++
      }
      return went
    })
  return async (most) => {
    for (let after = '', found = find.all(after, most); found.length > 0; found = find.all(after, most)) {
      const gone = new Set(await files.remove(found.map(({ id }) => id)))
      if (gone.size > 0) return removeRows(found.filter(({ id }) => gone.has(id)))
      after = found.at(-1)!.id
    }
    return 0
  }
}
