import { errorOf, PosthornError } from './posthorn-error.ts'
import { baseOf, isWorthRetrying, queryText, retryAfterMs, wait, type CallOptions, type PosthornOptions } from './send.ts'

/** What may be said where events are listened to. */
export interface ListenOptions extends Pick<CallOptions, 'signal'> {
  /** What comes from now on is sent; called again after each time that the connection was lost. */
  readonly onOpen?: () => void
  /** The connection is away, and is tried again by itself. */
  readonly onLost?: () => void
}

export interface Listening {
  readonly path: string
  readonly query?: object | undefined
  readonly options?: ListenOptions | undefined
}

export type Listen = (listening: Listening) => AsyncGenerator<unknown, void, undefined>

const FIRST_WAIT_MS = 250
const WAIT_MS_MAX = 10_000
/** The server says something every 15 seconds; one that is silent for longer is gone without a word. */
const SILENCE_MS_MAX = 45_000

/**
 * Listens to events for as long as the caller wants, and comes back by itself where it left off. It ends quietly when the signal says so,
 * and throws what trying again cannot mend.
 */
export function createListen(options: PosthornOptions): Listen {
  const { token, fetch: send = fetch, parse = JSON.parse } = options
  const base = baseOf(options)

  const connect = async ({ path, query }: Listening, { lastId, signal }: { lastId: string | undefined; signal: AbortSignal }) => {
    const headers = {
      accept: 'text/event-stream',
      ...(token !== null && { authorization: `Bearer ${token}` }),
      ...(lastId !== undefined && { 'last-event-id': lastId }),
    }
    const response = await send(base + path + queryText(query), { headers, redirect: 'error', signal })
    if (!response.ok || response.body === null) {
      throw Object.assign(errorOf(response.status, await response.text()), { retryAfterMs: retryAfterMs(response) })
    }
    return response.body
  }

  return async function* listen(listening) {
    const { signal, onOpen, onLost } = listening.options ?? {}
    let lastId: string | undefined
    for (let failures = 0; signal?.aborted !== true; failures++) {
      const silence = new Silence(signal)
      let pauseMs = FIRST_WAIT_MS * 2 ** Math.min(failures, 10)
      try {
        const body = await connect(listening, { lastId, signal: silence.signal })
        onOpen?.()
        for await (const { id, data } of eventsIn(body, () => silence.heard())) {
          failures = 0
          lastId = id ?? lastId
          if (data !== undefined) yield parse(data) as unknown
        }
        pauseMs = FIRST_WAIT_MS
      } catch (error) {
        if (signal?.aborted) return
        if (error instanceof PosthornError && !isWorthRetrying(error)) throw error
        pauseMs = (error as { retryAfterMs?: number }).retryAfterMs ?? pauseMs
      } finally {
        silence.end()
      }
      onLost?.()
      if (!(await waited(Math.min(pauseMs, WAIT_MS_MAX), signal))) return
    }
  }
}

/** Aborts when nothing was heard for too long, or when the caller does. */
class Silence {
  readonly #controller = new AbortController()
  readonly #outer: AbortSignal | undefined
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(outer: AbortSignal | undefined) {
    this.#outer = outer
    outer?.addEventListener('abort', this.#abort, { once: true })
    this.heard()
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  heard(): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(this.#abort, SILENCE_MS_MAX)
  }

  /** Also leaves a connection that somebody stopped reading. */
  end(): void {
    clearTimeout(this.#timer)
    this.#outer?.removeEventListener('abort', this.#abort)
    this.#controller.abort()
  }

  readonly #abort = (): void => this.#controller.abort()
}

/** False: the caller ended it meanwhile. */
async function waited(ms: number, signal: AbortSignal | undefined): Promise<boolean> {
  return wait(ms, signal).then(
    () => true,
    () => false,
  )
}

interface Heard {
  readonly id: string | undefined
  /** Undefined: only the place in the stream moved on. */
  readonly data: string | undefined
}

/** Reads server-sent events, whichever way they were cut into pieces. */
async function* eventsIn(body: ReadableStream<Uint8Array>, heard: () => void): AsyncGenerator<Heard, void, undefined> {
  const reader = body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader()
  let text = ''
  try {
    for (;;) {
      const { value, done } = await reader.read()
      if (done) return
      heard()
      text += value
      const blocks = text.split('\n\n')
      text = blocks.pop()!
      for (const block of blocks) yield eventIn(block)
    }
  } finally {
    await reader.cancel().catch(() => {})
  }
}

function eventIn(block: string): Heard {
  let id: string | undefined
  const data: string[] = []
  for (const line of block.split('\n')) {
    if (line.startsWith('id: ')) id = line.slice(4)
    else if (line.startsWith('data: ')) data.push(line.slice(6))
  }
  return { id, data: data.length === 0 ? undefined : data.join('\n') }
}
