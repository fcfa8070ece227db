import { parentPort, workerData } from 'node:worker_threads'
import Database from 'better-sqlite3'
import { createFailpoint } from '#platform/plain'
import { createQuery } from '../file/create-query.ts'
import { databasePath } from '../file/set-up.ts'
import { Answering } from './answering.ts'
import { packError } from './crossing-error.ts'
import type { Numbered, ReadOrder, ThreadData, ThreadWord } from './protocol.ts'

/** Reads what people look at, over a connection of its own, while the store's thread commits: neither waits for the other. */
const port = parentPort!
const { folder, failpoint: spec } = workerData as ThreadData
const failpoint = createFailpoint(spec)

try {
  const db = new Database(databasePath(folder), { readonly: true })
  db.pragma('cache_size = -8192')
  db.pragma('temp_store = MEMORY')
  const read = createQuery(db)
  const answering = new Answering(port)
  port.on('message', (order: Numbered<ReadOrder | { readonly kind: 'close' }>) => {
    failpoint('reads.heard')
    const work = () => (order.kind === 'read' ? read(order.sql, order.parameters) : void db.close())
    void answering.answer(order.id, work, { asText: false })
  })
  answering.say({ kind: 'ready' })
} catch (error) {
  port.postMessage({ kind: 'failed', error: packError(error) } satisfies ThreadWord)
  port.close()
}
