import type { TestApi } from './test-api.ts'

/** One event, as the contract has it; loosely typed, because every test reads another shape. */
export interface HeardEvent {
  readonly id: string
  readonly data: {
    readonly topic: string
    readonly id: string
    readonly of: readonly string[]
    readonly row: Readonly<Record<string, unknown>> | null
  }
}

export interface OpenStream {
  readonly status: number
  /** The next event; undefined at the end. */
  next(): Promise<HeardEvent | undefined>
  /** Where the stream was when it was opened. */
  readonly place: string
  cancel(): Promise<void>
}

/** Listens as a browser does: the place in the stream comes first. */
export async function openStream(
  api: Pick<TestApi, 'url' | 'key'>,
  app: string,
  {
    topics,
    key = api.key,
    lastEventId,
    headers,
  }: { topics?: string; key?: string; lastEventId?: string; headers?: Record<string, string> } = {},
): Promise<OpenStream> {
  const response = await fetch(`${api.url}/api/v1/app/${app}/stream${topics === undefined ? '' : `?topics=${topics}`}`, {
    headers: { ...(headers ?? { authorization: `Bearer ${key}` }), ...(lastEventId !== undefined && { 'last-event-id': lastEventId }) },
  })
  const reader = response.body!.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader()
  let text = ''
  const block = async (): Promise<{ id: string; data: string } | undefined> => {
    for (;;) {
      const end = text.indexOf('\n\n')
      if (end >= 0) {
        const lines = text.slice(0, end).split('\n')
        text = text.slice(end + 2)
        const of = (name: string) => lines.find((line) => line.startsWith(name))?.slice(name.length) ?? ''
        return { id: of('id: '), data: of('data: ') }
      }
      const { value, done } = await reader.read()
      if (done) return undefined
      text += value
    }
  }
  const first = response.status === 200 && lastEventId === undefined ? await block() : undefined
  return {
    status: response.status,
    place: first?.id ?? '',
    async next() {
      for (;;) {
        const one = await block()
        if (one === undefined) return undefined
        if (one.data !== '') return { id: one.id, data: JSON.parse(one.data) as HeardEvent['data'] }
      }
    },
    cancel: () => reader.cancel(),
  }
}
