import { AppError } from '#domain'
import type { EntryFiles } from '#store'
import type { ModelState } from './model-state.ts'

/** The bytes of entries, as the port means them: seen by nobody before they are named, and gone if they never are. */
export function createModelFiles({ entries, files }: ModelState): EntryFiles {
  const open = new Set<string>()
  const drop = (id: string) => {
    open.delete(id)
    return !entries.has(id) && files.delete(id)
  }
  return {
    async create(id) {
      open.add(id)
      files.set(id, Buffer.alloc(0))
      return {
        write: async (bytes) => void files.set(id, Buffer.concat([files.get(id)!, bytes])),
        async finish() {},
        async abort() {},
      }
    },
    keep: async (ids) => ids.forEach((id) => open.delete(id)),
    discard: async (ids) => ids.forEach(drop),
    async *read(id, { start, end }) {
      const bytes = files.get(id)
      if (bytes === undefined) throw new AppError('not_found')
      if (start < end) yield bytes.subarray(start, end)
    },
    sweep: async () => [...files.keys()].filter((id) => !open.has(id) && drop(id)).length,
  }
}

export function purgeModelEntries({ entries, files }: ModelState, most: number): number {
  const removed = [...entries.values()].filter(({ removed_at }) => removed_at !== null).slice(0, most)
  for (const { id } of removed) {
    entries.delete(id)
    files.delete(id)
  }
  return removed.length
}
