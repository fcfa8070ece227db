import { AppError, type EntryId, type ReplyEntry, type RunId } from '#domain'
import type { Log } from '#platform'
import type { Store } from '#store'
import type { Inbound } from '../request/inbound.ts'
import { problemAnswer, type Answer } from './reply.ts'

export interface EntryDeps {
  readonly log: Log
  readonly store: Pick<Store, 'queries' | 'files'>
}

interface At {
  readonly application: string
  readonly inbound: Inbound
  readonly run: RunId
}

/**
 * An answer whose body are the bytes of an entry. They may be gone since the run named them, by hand or by retention, and for a copy days
 * later. That is said before anything of the answer has left; what is removed behind that breaks the answer off, short of its length.
 */
export async function withEntry({ store, log }: EntryDeps, answer: Answer, entry: ReplyEntry, at: At): Promise<Answer> {
  const { id, version, size: length } = entry
  const gone = (): Answer => {
    log.warn('ingest.reply.entry_gone', { run: at.run, entry: id })
    const detail = `The body of the answer was the entry ${id}, which is no longer kept.`
    return problemAnswer('reply_entry_gone', { requestId: at.inbound.id, detail })
  }
  if (version !== null) {
    const kept = await store.queries.silo.version(id, version)
    return kept === undefined ? gone() : { ...answer, body: kept.content }
  }
  if ((await store.queries.entries.find(at.application, id)) === undefined) return gone()
  return { ...answer, stream: { length, bytes: read(store, id as EntryId, length) } }
}

/** Opens nothing before the first byte is asked for. */
async function* read({ files }: EntryDeps['store'], id: EntryId, end: number): AsyncGenerator<Uint8Array> {
  try {
    yield* files.read(id, { start: 0, end })
  } catch (error) {
    throw error instanceof AppError && error.code === 'not_found' ? new AppError('reply_entry_gone', { cause: error }) : error
  }
}
