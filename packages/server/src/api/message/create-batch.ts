import { errors, messageIn, messageOperations, type BatchOut } from '@posthorn/contract'
import type { z } from 'zod'
import { AppError, faultsOf } from '#domain'
import { inTurns } from '#platform'
import { makeApplication } from '../application/make-application.ts'
import { refuseReserved } from '../application/reserved-application.ts'
import { check } from '../check.ts'
import type { ApiDeps } from '../deps.ts'
import { route, type Call, type Route } from '../route.ts'
import type { CreatedMessage, MessageSender } from './create-message.ts'
import { elementsBytes, memberBytes } from './member-bytes.ts'
import { messageToSend, type MessageToSend } from './message-to-send.ts'

/** A thousand messages of 4 KiB. A larger body would keep everybody else waiting while it is read. */
const BATCH_BYTES_MAX = 4 * 1024 * 1024
/** As many as a group commit holds: they share one sync. */
const TOGETHER = 256

const operation = messageOperations.createBatch
const messageOfBatch = messageIn.omit({ application: true })
type BatchCall = Call<typeof operation>
type Result = BatchOut['data'][number]

interface Given {
  readonly call: BatchCall
  readonly index: number
  readonly body: unknown
  readonly raw: Uint8Array
}

/**
 * Many messages in one call, each accepted or refused on its own. Under an Idempotency-Key each of them is kept under that key and its
 * place, in its own commit: a batch that is repeated after a crash finds what was accepted and accepts the rest.
 */
export function createBatch(deps: ApiDeps, sender: MessageSender): Route {
  const read = async (given: Given) =>
    messageToSend(deps, check(messageOfBatch, given.body, 'body') as z.output<typeof messageOfBatch>, given.raw)

  const prepared = ({ call, index, raw, message }: Given & { message: PromiseSettledResult<MessageToSend> }): (() => Promise<Result>) => {
    try {
      if (message.status === 'rejected') throw message.reason
      const { application, actor, chain } = call
      const idempotencyKey = call.idempotencyKey === undefined ? undefined : `${call.idempotencyKey}\n${index}`
      const commit = sender.prepare({ application, actor, raw, chain, idempotencyKey }, message.value)
      return () => told(index, message.value.id, commit())
    } catch (error) {
      return () => told(index, null, Promise.reject(error))
    }
  }

  const told = async (index: number, id: string | null, commit: Promise<CreatedMessage>): Promise<Result> => {
    try {
      const sent = await commit
      return { index, id: sent.kind === 'replayed' ? sent.id : id, error: null }
    } catch (error) {
      if (!(error instanceof AppError)) deps.log.error('api.batch.failed', { error, index })
      return { index, id: null, error: errorOf(error, index) }
    }
  }

  const run = async (call: BatchCall) => {
    refuseReserved(call.application)
    await sender.ready(call.application)
    const raws = elementsBytes(memberBytes(call.raw, 'messages')!)
    const all = call.body.messages.map((body, index): Given => ({ call, index, body, raw: raws[index]! }))
    const data: Result[] = []
    for (let at = 0; at < all.length; at += TOGETHER) {
      const some = all.slice(at, at + TOGETHER)
      const messages = await Promise.all(await eachInTurns(some, (given) => settled(read(given))))
      const commits = await eachInTurns(some, (given, i) => prepared({ ...given, message: messages[i]! }))
      data.push(...(await Promise.all(commits.map((commit) => commit()))))
    }
    const accepted = data.filter(({ id }) => id !== null).length
    return { status: 200, body: { accepted, refused: data.length - accepted, data } satisfies BatchOut }
  }

  return {
    ...route(operation, run, ({ body, ...call }) => makeApplication(deps, call, body.application)),
    bodyBytesMax: BATCH_BYTES_MAX,
  }
}

/** To read a message and to match it to endpoints takes as long as for one that comes alone; between two of them others have their turn. */
async function eachInTurns<Item, Made>(items: readonly Item[], make: (item: Item, index: number) => Made): Promise<Made[]> {
  const made: Made[] = []
  await inTurns(() => {
    made.push(make(items[made.length]!, made.length))
    return made.length === items.length
  })
  return made
}

/** Heard from the beginning: what is refused in one turn would be nobody's fault until the last one, and end the process. */
async function settled<T>(promise: Promise<T>): Promise<PromiseSettledResult<T>> {
  const [one] = await Promise.allSettled([promise])
  return one
}

/** As the answer to a single message would say it, with its place in the batch. */
function errorOf(error: unknown, index: number): Result['error'] {
  const { code, message, fields } = error instanceof AppError ? error : new AppError('internal')
  const told = faultsOf(code, { detail: message, fields })
  const faults = told.map((fault) => ({ ...fault, pointer: `/messages/${index}${fault.pointer}` }))
  return { code, detail: errors[code].status === 422 && faults[0] ? faults[0].message : message, errors: faults }
}
