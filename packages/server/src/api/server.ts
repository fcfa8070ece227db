import type { IncomingMessage, ServerResponse } from 'node:http'
import { AppError } from '#domain'
import { writeAnswer, writeStream } from '#platform'
import { createAnswerCall } from './call/answer-call.ts'
import { answerFailure } from './call/answer-failure.ts'
import type { ApiDeps } from './deps.ts'
import type { Answer, Route } from './route.ts'
import { writeEvents } from './call/write-events.ts'

type Streamed = Answer & { readonly stream: NonNullable<Answer['stream']> }

export interface ApiServer {
  /** Answers one request. */
  handle(request: IncomingMessage, response: ServerResponse): void
  /** From now on every answer ends its connection, and `readyz` says no. */
  drain(): void
  /** Refuses what is new, and resolves when nothing is under way or the signal is given. */
  stop(signal?: AbortSignal): Promise<void>
}

/**
 * The management plane on bare `node:http`: finds the operation, authenticates, checks, calls its route, and turns errors into HTTP.
 * A framework (Fastify) did no more for us than to route and to collect bodies. Without it, and with the commit left out, a message
 * took 0.85 to 0.95 of the processor time; under the commit's own cost that is within the noise. A start saves loading its 26
 * packages. Bodies stay raw bytes until their operation's schema reads them, because some are forwarded as they came.
 */
export function createServer(deps: ApiDeps, routes: readonly Route[]): ApiServer {
  let underWay = 0
  let draining = false
  const ending = new AbortController()
  let stopped = false
  let idle: (() => void) | undefined
  const calls = createAnswerCall(deps, routes, () => draining)

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    try {
      if (stopped) throw new AppError('stopping')
      const answer = await calls.answer(request)
      if (answer.events !== undefined) await writeEvents(request, response, { ...answer, events: answer.events, ending: ending.signal })
      else if (answer.stream === undefined) write(request, response, answer)
      else await writeBytes(request, response, { ...answer, stream: answer.stream })
    } catch (error) {
      if (!response.headersSent) write(request, response, answerFailure(deps, error, request))
      else response.destroy()
    }
  }

  const write = (request: IncomingMessage, response: ServerResponse, { status, body, json, content, headers }: Answer): void => {
    const payload = content?.bytes ?? json ?? (body === undefined ? '' : JSON.stringify(body))
    const head = payload.length > 0 ? ['content-type', content?.type ?? 'application/json'] : []
    if (headers !== undefined) head.push(...Object.entries(headers).flat())
    writeAnswer({ request, response }, { status, headers: head, payload }, { clock: deps.clock, close: draining })
  }

  const writeBytes = (request: IncomingMessage, response: ServerResponse, { status, headers, stream }: Streamed): Promise<void> => {
    const head = Object.entries({ 'content-type': stream.type, ...headers }).flat()
    return writeStream({ request, response }, { status, headers: head, stream }, { close: draining })
  }

  return {
    handle(request, response) {
      underWay++
      void serve(request, response).finally(() => {
        underWay--
        if (underWay === 0) idle?.()
      })
    },
    drain() {
      draining = true
      calls.drain()
      ending.abort()
    },
    async stop(signal) {
      draining = stopped = true
      ending.abort()
      if (underWay > 0 && !signal?.aborted) {
        await new Promise<void>((resolve) => {
          idle = resolve
          signal?.addEventListener('abort', () => resolve(), { once: true })
        })
      }
      await calls.stop()
    },
  }
}
