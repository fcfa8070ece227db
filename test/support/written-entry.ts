import { createHash } from 'node:crypto'
import type { NewEntry } from '../../packages/server/src/store/index.ts'
import type { TestApi } from './test-api.ts'

/** A file whose bytes are synced, as a form leaves it before its commit. */
export async function writtenEntry(
  { deps }: Pick<TestApi, 'deps'>,
  content: string | Uint8Array,
  part: Pick<NewEntry, 'application_id'> & Partial<NewEntry>,
): Promise<NewEntry> {
  const id = deps.ids.make('entry')
  const bytes = Buffer.from(content)
  const writer = await deps.store.files.create(id)
  await writer.write(bytes)
  await writer.finish()
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const row = {
    id,
    listener_id: null,
    request_id: null,
    field: 'list',
    name: 'list.csv',
    content_type: 'text/csv',
    created_at: deps.clock.now(),
  }
  return { ...row, bytes: bytes.length, sha256, ...part }
}
