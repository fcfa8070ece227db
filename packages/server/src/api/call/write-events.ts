import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Answer } from '../route.ts'

type Events = Pick<Answer, 'status' | 'headers'> & { readonly events: NonNullable<Answer['events']>; readonly ending: AbortSignal }

/** An answer that does not end by itself. Proxies are asked to hand on each event when it comes. */
export async function writeEvents(
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers, events, ending }: Events,
): Promise<void> {
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  if (response.destroyed || request.method === 'HEAD') gone.abort()
  response.writeHead(status, {
    ...{ 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' },
    ...headers,
  })
  response.flushHeaders()
  const signal = AbortSignal.any([ending, gone.signal])
  for await (const text of events(signal)) {
    // Who reads slowly is not handed more.
    if (!response.write(text)) await once(response, 'drain', { signal }).catch(() => undefined)
  }
  // Who does not read would not take the end either, and the connection would stay.
  if (response.writableNeedDrain) response.destroy()
  else response.end()
}
