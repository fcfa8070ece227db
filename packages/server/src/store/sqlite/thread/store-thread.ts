import { parentPort, workerData } from 'node:worker_threads'
import Database from 'better-sqlite3'
import { createFailpoint, systemClock } from '#platform/plain'
import { closeStore } from '../close-store.ts'
import { prepareAccept } from '../commits/accept.ts'
import { prepareCommitRuns } from '../commits/commit-runs.ts'
import { createEngineCalls } from '../engine-calls.ts'
import { createQuery } from '../file/create-query.ts'
import { databasePath, setUp } from '../file/set-up.ts'
import { openEngine } from '../open-engine.ts'
import { createSteadyClock } from '../steady-clock.ts'
import { Answering } from './answering.ts'
import { packError } from './crossing-error.ts'
import { Holding } from './holding.ts'
import { unpackBatch } from './parcel.ts'
import type { Numbered, StoreOrder, ThreadData, ThreadWord } from './protocol.ts'
import { clockOver } from './shared-time.ts'

/**
 * The embedded store on a thread of its own. It has the file to itself, does all that changes it, and answers in plain data. It loads no
 * schema, no Kysely and no network, so that it takes 15 MB and not 60.
 */
const port = parentPort!
const { folder, failpoint: spec, time } = workerData as ThreadData
const failpoint = createFailpoint(spec)
const answering = new Answering(port, () => failpoint('store.synced'))

try {
  await serve()
  answering.say({ kind: 'ready' })
} catch (error) {
  port.postMessage({ kind: 'failed', error: packError(error) } satisfies ThreadWord)
  port.close()
}

async function serve(): Promise<void> {
  const db = new Database(databasePath(folder))
  setUp(db)
  const log = { warn: sendLog('warn'), error: sendLog('error') }
  const parts = await openEngine(db, {
    folder,
    clock: createSteadyClock(time === undefined ? systemClock : clockOver(time)),
    log,
    health: {
      begin: (cause, trouble, error) =>
        answering.say({ kind: 'trouble', cause, trouble, error: error === undefined ? undefined : packError(error) }),
      end: (cause) => answering.say({ kind: 'trouble_ended', cause }),
    },
    failpoint: (at) => failpoint(`store.${at}`),
  })
  const { engine, queue } = parts
  const { configuration } = engine
  configuration.onChange((application) => answering.say({ kind: 'changed', application }))
  const calls = createEngineCalls(parts)
  const read = createQuery(db)
  const [accept, commitRuns] = [prepareAccept(engine), prepareCommitRuns(engine)]
  const holding = new Holding(queue)

  const commit = ({ name, session, ...parcel }: Extract<StoreOrder, { kind: 'batch' }>): Promise<unknown> => {
    switch (name) {
      case 'accept':
        return calls.accept(session, unpackBatch(name, parcel))
      case 'commitRuns':
        return calls.commitRuns(session, unpackBatch(name, parcel))
      case 'settle': {
        const { settlements, lanes } = unpackBatch(name, parcel)
        return calls.settle(session, settlements, lanes)
      }
    }
  }

  const commitHeld = ({ name, session, ...parcel }: Extract<StoreOrder, { kind: 'end_hold' }>): Promise<unknown> => {
    if (name === 'accept') return holding.end(() => accept(session, unpackBatch(name, parcel)))
    return holding.end(() => commitRuns(session, unpackBatch(name, parcel)))
  }

  const work = async (order: StoreOrder): Promise<unknown> => {
    switch (order.kind) {
      case 'batch':
        failpoint('store.heard')
        return commit(order)
      case 'call':
        return (calls[order.name] as (...given: readonly unknown[]) => Promise<unknown>)(...order.given)
      case 'read':
        return read(order.sql, order.parameters)
      case 'hold':
        return holding.begin(() => order.versions.map(configuration.beginComparing()))
      case 'end_hold':
        return commitHeld(order)
      case 'close':
        return closeStore(parts, log)
    }
  }

  port.on('message', (order: Numbered<StoreOrder>) => {
    const asText = order.kind === 'batch' || order.kind === 'end_hold'
    void answering.answer(order.id, () => work(order), { asText })
  })
}

function sendLog(level: 'warn' | 'error') {
  return (event: string, { error, ...fields }: Readonly<Record<string, unknown>> = {}): void =>
    answering.say({ kind: 'log', level, event, fields, error: error === undefined ? undefined : packError(error) })
}
