import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import type { EntryId } from '#domain'
import { createCollectingLog } from '#platform/testing'
import { EntryFolder } from './entry-folder.ts'

it('a file that cannot be removed is left and reported, and those behind it go', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'posthorn-files-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const log = createCollectingLog()
  const files = new EntryFolder({ folder, log, named: async (ids) => new Set(ids) })
  const ids = ['entry_aa', 'entry_bb', 'entry_cc'] as EntryId[]
  for (const id of ids) {
    const writer = await files.create(id)
    await writer.write(Buffer.from(id))
    await writer.finish()
  }
  await files.keep(ids)
  // Something stands in the place of one, as after a hand that meant well.
  rmSync(join(folder, 'bb', ids[1]!))
  mkdirSync(join(folder, 'bb', ids[1]!))
  expect(await files.remove(ids)).toEqual([ids[0], ids[2]])
  expect(log.entries).toMatchObject([{ event: 'store.entry_file.left', fields: { id: ids[1] } }])
})
