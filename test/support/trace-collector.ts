import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A span as a collector reads it, with its attributes as a plain object. */
export interface CollectedSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly traceState?: string
  readonly name: string
  readonly kind: number
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly attributes: Readonly<Record<string, string | number | boolean>>
  readonly events: readonly { readonly name: string; readonly timeUnixNano: string }[]
  readonly status?: { readonly code: number; readonly message: string }
  readonly resource: Readonly<Record<string, string | number | boolean>>
}

/** A collector of OpenTelemetry that keeps all it was sent by OTLP over HTTP, in JSON. */
export interface TraceCollector extends AsyncDisposable {
  readonly url: string
  readonly spans: readonly CollectedSpan[]
  /** Of each request, in order. */
  readonly requests: readonly { readonly path: string; readonly headers: IncomingHttpHeaders; readonly text: string }[]
  /** From now on, in place of taking what comes. */
  answer(answer: ((response: ServerResponse) => void) | undefined): void
  /** Resolves when so many requests have come. */
  asked(count: number): Promise<void>
}

interface Keyed {
  readonly key: string
  readonly value: { stringValue?: string; intValue?: string; doubleValue?: number; boolValue?: boolean }
}

export async function startTraceCollector(): Promise<TraceCollector> {
  const spans: CollectedSpan[] = []
  const requests: { path: string; headers: IncomingHttpHeaders; text: string }[] = []
  const waiting = new Set<() => void>()
  let answer: ((response: ServerResponse) => void) | undefined
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString()
      requests.push({ path: request.url ?? '', headers: request.headers, text })
      if (answer === undefined) {
        spans.push(...spansIn(text))
        response.setHeader('content-type', 'application/json').end('{}')
      } else answer(response)
      for (const look of waiting) look()
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    requests,
    answer: (next) => void (answer = next),
    asked(count) {
      const { promise, resolve } = Promise.withResolvers<void>()
      const look = () => {
        if (requests.length < count) return
        waiting.delete(look)
        resolve()
      }
      waiting.add(look)
      look()
      return promise
    },
    async [Symbol.asyncDispose]() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

type Wire = Omit<CollectedSpan, 'attributes' | 'resource' | 'events'> & {
  readonly attributes: readonly Keyed[]
  readonly events?: CollectedSpan['events']
}

function spansIn(text: string): CollectedSpan[] {
  const { resourceSpans } = JSON.parse(text) as {
    resourceSpans: { resource: { attributes: Keyed[] }; scopeSpans: { spans: Wire[] }[] }[]
  }
  return resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) =>
      spans.map((span) => ({
        ...span,
        attributes: plain(span.attributes),
        events: span.events ?? [],
        resource: plain(resource.attributes),
      })),
    ),
  )
}

function plain(attributes: readonly Keyed[]): CollectedSpan['attributes'] {
  const valueOf = ({ stringValue, intValue, doubleValue, boolValue }: Keyed['value']) =>
    stringValue ?? (intValue === undefined ? (doubleValue ?? boolValue!) : Number(intValue))
  return Object.fromEntries(attributes.map(({ key, value }) => [key, valueOf(value)]))
}
