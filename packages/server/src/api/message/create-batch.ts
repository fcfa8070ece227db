import { errors, messageIn, type BatchOut, type messageOperations } from '@posthorn/contract'
import type { z } from 'zod'
import { AppError, faultsOf } from '#domain'
import { inTurns } from '#platform'
import { refuseReserved } from '../application/reserved-application.ts'
import { check } from '../check.ts'
import type { ApiDeps } from '../deps.ts'
import type { Answer, Call } from '../route.ts'
import type { MessageDeps } from './accept-message.ts'
import type { CreatedMessage } from './create-message.ts'
import { elementsBytes, memberBytes } from './member-bytes.ts'
import { messageToSend, type MessageToSend } from './message-to-send.ts'

/** A thousand messages of 4 KiB. A larger body would keep everybody else waiting while it is read. */
export const BATCH_BYTES_MAX = 4 * 1024 * 1024
/** As many as a group commit holds: they share one sync. */
const TOGETHER = 256

const messageOfBatch = messageIn.omit({ application: true })
type BatchCall = Call<typeof messageOperations.createBatch>
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
export async function createBatch(deps: MessageDeps, call: BatchCall): Promise<Answer> {
  refuseReserved(call.application)
  await deps.sender.ready(call.application)
  const raws = elementsBytes(memberBytes(call.raw, 'messages')!)
  const all = call.body.messages.map((body, index): Given => ({ call, index, body, raw: raws[index]! }))
  const data: Result[] = []
  for (let at = 0; at < all.length; at += TOGETHER) {
    const some = all.slice(at, at + TOGETHER)
    const messages = await Promise.all(await eachInTurns(some, (given) => settled(read(deps, given))))
    const commits = await eachInTurns(some, (given, i) => prepared(deps, { ...given, message: messages[i]! }))
    data.push(...(await Promise.all(commits.map((commit) => commit()))))
  }
  const accepted = data.filter(({ id }) => id !== null).length
  return { status: 200, body: { accepted, refused: data.length - accepted, data } satisfies BatchOut }
}

async function read(deps: ApiDeps, { body, raw }: Given): Promise<MessageToSend> {
  return messageToSend(deps, check(messageOfBatch, body, 'body') as z.output<typeof messageOfBatch>, raw)
}

/** What commits one of them; what is wrong with it is its own result. */
function prepared(
  { sender, log }: MessageDeps,
  { call, index, raw, message }: Given & { message: PromiseSettledResult<MessageToSend> },
): () => Promise<Result> {
  try {
    if (message.status === 'rejected') throw message.reason
    const { application, actor, chain, trace } = call
    const idempotencyKey = call.idempotencyKey === undefined ? undefined : `${call.idempotencyKey}\n${index}`
    const commit = sender.prepare({ application, actor, raw, chain, trace, idempotencyKey }, message.value)
    return () => resultOf(log, { index, id: message.value.id, commit: commit() })
  } catch (error) {
    return () => resultOf(log, { index, id: null, commit: Promise.reject(error) })
  }
}

interface Committing {
  readonly index: number
  readonly id: string | null
  readonly commit: Promise<CreatedMessage>
}

async function resultOf(log: ApiDeps['log'], { index, id, commit }: Committing): Promise<Result> {
  try {
    const sent = await commit
    return { index, id: sent.kind === 'replayed' ? sent.id : id, error: null }
  } catch (error) {
    if (!(error instanceof AppError)) log.error('api.batch.failed', { error, index })
    return { index, id: null, error: errorOf(error, index) }
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
  const faults = faultsOf(code, { detail: message, fields }).map((fault) => ({ ...fault, pointer: `/messages/${index}${fault.pointer}` }))
  return { code, detail: errors[code].status === 422 && faults[0] ? faults[0].message : message, errors: faults }
}
