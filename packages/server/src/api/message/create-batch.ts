import { errors, messageIn, messageOperations, type BatchOut } from '@posthorn/contract'
import type { z } from 'zod'
import { AppError, faultsOf } from '#domain'
import { makeApplication } from '../application/make-application.ts'
import { refuseReserved } from '../application/reserved-application.ts'
import { check } from '../check.ts'
import type { ApiDeps } from '../deps.ts'
import { route, type Call, type Route } from '../route.ts'
import type { createMessageSender } from './create-message.ts'
import { elementsBytes, memberBytes } from './member-bytes.ts'
import { messageToSend } from './message-to-send.ts'

/** A thousand messages of 4 KiB. A larger body would keep everybody else waiting while it is read. */
const BATCH_BYTES_MAX = 4 * 1024 * 1024
/** As many as a group commit holds: they share one sync, and between two of them others have their turn. */
const TOGETHER = 256

const operation = messageOperations.createBatch
const messageOfBatch = messageIn.omit({ application: true })
type BatchCall = Call<typeof operation>
type Result = BatchOut['data'][number]

/**
 * Many messages in one call, each accepted or refused on its own. Under an Idempotency-Key each of them is kept under that key and its
 * place, in its own commit: a batch that is repeated after a crash finds what was accepted and accepts the rest.
 */
export function createBatch(deps: ApiDeps, send: ReturnType<typeof createMessageSender>): Route {
  const sendOne = async (call: BatchCall, { index, given, raw }: { index: number; given: unknown; raw: Uint8Array }): Promise<Result> => {
    try {
      const message = messageToSend(deps, check(messageOfBatch, given, 'body') as z.output<typeof messageOfBatch>, raw)
      const idempotencyKey = call.idempotencyKey === undefined ? undefined : `${call.idempotencyKey}\n${index}`
      const { application, actor } = call
      const sent = await send({ application, actor, raw, idempotencyKey }, message)
      return { index, id: sent.kind === 'replayed' ? sent.id : message.id, error: null }
    } catch (error) {
      if (!(error instanceof AppError)) deps.log.error('api.batch.failed', { error, index })
      return { index, id: null, error: errorOf(error, index) }
    }
  }

  const run = async (call: BatchCall) => {
    refuseReserved(call.application)
    const raws = elementsBytes(memberBytes(call.raw, 'messages')!)
    const messages = call.body.messages.map((given, index) => ({ index, given, raw: raws[index]! }))
    const data: Result[] = []
    for (let at = 0; at < messages.length; at += TOGETHER) {
      data.push(...(await Promise.all(messages.slice(at, at + TOGETHER).map((one) => sendOne(call, one)))))
    }
    const accepted = data.filter(({ id }) => id !== null).length
    return { status: 200, body: { accepted, refused: data.length - accepted, data } satisfies BatchOut }
  }

  return {
    ...route(operation, run, ({ body, ...call }) => makeApplication(deps, call, body.application)),
    bodyBytesMax: BATCH_BYTES_MAX,
  }
}

/** As the answer to a single message would say it, with its place in the batch. */
function errorOf(error: unknown, index: number): Result['error'] {
  const { code, message, fields } = error instanceof AppError ? error : new AppError('internal')
  const told = faultsOf(code, { detail: message, fields })
  const faults = told.map((fault) => ({ ...fault, pointer: `/messages/${index}${fault.pointer}` }))
  return { code, detail: errors[code].status === 422 && faults[0] ? faults[0].message : message, errors: faults }
}
