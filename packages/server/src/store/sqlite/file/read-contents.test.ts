import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import fs from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'
import type { EntryId } from '#domain'
import { createFakeClock, silentLog } from '#platform/testing'
import { EntryFolder } from './entry-folder.ts'
import { openFile } from './open-file.ts'
import { readContents } from './read-contents.ts'
import { databasePath, entryFolder } from './set-up.ts'

type Insert = (sql: string, ...values: readonly unknown[]) => void

/** A folder that a server has used, with what `fill` puts into it. */
async function used(fill: (insert: Insert) => void = () => {}): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'posthorn-contents-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const db = await openFile({ folder, clock: createFakeClock() })
  const insert: Insert = (sql, ...values) => void db.prepare(sql).run(...values)
  insert(`insert into store_key (id, store_id, sealed, created_at) values (1, 'store', '', 0)`)
  fill(insert)
  db.close()
  return folder
}

it('has each of its other names on disk before it says so', async () => {
  const folder = await used()
  const handle = await fs.open(folder, 'r')
  const sync = vi.spyOn(Object.getPrototypeOf(handle) as typeof handle, 'sync')
  onTestFinished(() => sync.mockRestore())
  await handle.close()
  const names: string[][] = []
  sync.mockImplementation(async () => void names.push(readdirSync(folder).filter((name) => name.startsWith('posthorn.db'))))
  const contents = readContents(folder)
  await contents.leave()
  expect(names).toEqual([['posthorn.db.moving']])
  expect(await contents.retire()).toBe(`${databasePath(folder)}.moved`)
  expect(names.at(-1)).toEqual(['posthorn.db.moved'])
})

it('names the rows that only a zero character tells apart, by what is unique in them', async () => {
  const dedup = `insert into dedup (scope, key, ref, expires_at) values ('lst_1', ?, 'req_1', 0)`
  const folder = await used((insert) => {
    for (const key of ['a\0b', 'a\ufffdb', 'c\0', 'c', 'd\0\0', 'd\0\ufffd']) insert(dedup, key)
    insert(`insert into dedup (scope, key, ref, expires_at) values ('lst_2', ?, 'req_1', 0)`, 'c\ufffd')
  })
  const contents = readContents(folder)
  onTestFinished(contents.close)
  expect(contents.alikeWithoutZero()).toEqual([
    String.raw`dedup (scope "lst_1", key "a\u0000b")`,
    String.raw`dedup (scope "lst_1", key "d\u0000${'\ufffd'}")`,
  ])
})

it('opens each file once, tells which are not there, and leaves none open that nobody reads', async () => {
  const bytesOf: Record<string, number> = { entry_a: 0, entry_b: 100_000, entry_c: 5, entry_d: 7 }
  const folder = await used((insert) => {
    for (const [id, bytes] of Object.entries(bytesOf))
      insert(
        `insert into entry (id, application_id, field, content_type, bytes, sha256, created_at) values (?, 'app', 'f', 't', ?, '', 0)`,
        ...[id, bytes],
      )
  })
  const files = new EntryFolder({ folder: entryFolder(folder), named: async () => new Set(), log: silentLog })
  for (const id of ['entry_a', 'entry_b', 'entry_d'] as EntryId[]) {
    const writer = await files.create(id)
    await writer.write(new Uint8Array(bytesOf[id]!).fill(7))
    await writer.finish()
  }
  const contents = readContents(folder)
  onTestFinished(contents.close)
  const read = vi.spyOn(EntryFolder.prototype, 'read')
  onTestFinished(() => read.mockRestore())
  const found: unknown[] = []
  for await (const { id, bytes } of contents.files()) {
    let length = 0
    // The last one is left unread.
    if (bytes !== undefined && id !== 'entry_d') for await (const part of bytes) length += part.length
    found.push([id, bytes === undefined ? undefined : length])
  }
  expect(found).toEqual([
    ['entry_a', 0],
    ['entry_b', 100_000],
    ['entry_c', undefined],
    ['entry_d', 0],
  ])
  expect(read.mock.calls.map(([id]) => id)).toEqual(Object.keys(bytesOf))
  for (const { value } of read.mock.results) expect(await (value as AsyncIterator<Uint8Array>).next()).toEqual({ done: true })
})
