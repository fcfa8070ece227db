import type { StoreGuard } from './store-guard.ts'
import type { EntryFiles, EntryWriter } from './port/entry-files.ts'
import { CommitUnknownError } from './port/commit-unknown-error.ts'
import { errorOf } from './store-health.ts'

/** The files of a store behind the same guard as its rows: a disk that is full is one for both, and is reported in the same words. */
export function guardFiles(files: EntryFiles, guard: StoreGuard): EntryFiles {
  const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      throw explained(error, guard)
    }
  }
  const guardWriter = (writer: EntryWriter): EntryWriter => ({
    write: (bytes) => guarded(() => writer.write(bytes)),
    finish: () => guarded(() => writer.finish()),
    abort: () => writer.abort(),
  })
  return {
    keep: (ids) => files.keep(ids),
    discard: (ids) => files.discard(ids),
    async create(id) {
      const { refusal } = guard.health
      if (refusal !== undefined) throw errorOf(refusal)
      return guardWriter(await guarded(() => files.create(id)))
    },
    async *read(id, range) {
      try {
        yield* files.read(id, range)
      } catch (error) {
        throw explained(error, guard)
      }
    },
    sweep: () => guarded(() => files.sweep()),
  }
}

function explained(error: unknown, { faultOf, health, advice }: StoreGuard): unknown {
  const fault = faultOf(error instanceof CommitUnknownError ? error.cause : error)
  if (fault === undefined) return error
  health.failed(fault, { error, advice: advice[fault] })
  return errorOf({ code: `store_${fault}` }, error)
}
