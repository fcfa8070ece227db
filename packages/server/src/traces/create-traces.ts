import { hostname } from 'node:os'
import type { Traces } from '#coordination'
import { createSayOnce, type Clock, type Egress, type Log } from '#platform'
import { deliverySpans } from './delivery-spans.ts'
import { endedRunSpans, messageSpan, segmentSpans } from './run-spans.ts'
import { requestSpan } from './request-span.ts'
import type { Span } from './span.ts'
import { SpanExporter } from './span-exporter.ts'
import { writeSpans } from './write-spans.ts'

export interface TracesRoom {
  readonly traces: Traces
  /** What became of spans, for metrics. */
  readonly counts: SpanExporter['counts']
  /** Hands over what still waits, for two seconds at most. */
  stop(): Promise<void>
}

export interface TracesOptions {
  /** Of the collector; `/v1/traces` is its path unless it says so itself. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  /** What all spans say of where they come from, beside what is known here. */
  readonly resource: Readonly<Record<string, string>>
  readonly share: number
  readonly version: string
  readonly session: { readonly id: string }
  readonly egress: Pick<Egress, 'send'>
  readonly clock: Clock
  readonly log: Pick<Log, 'warn' | 'info'>
}

const PATH = '/v1/traces'

export function createTraces(options: TracesOptions): TracesRoom {
  const { share, version, session, clock, log } = options
  const resource = () => ({
    'service.name': 'posthorn',
    'service.version': version,
    'host.name': hostname(),
    ...options.resource,
    'service.instance.id': session.id,
  })
  const exporter = new SpanExporter({
    ...{ egress: options.egress, clock, log, headers: Object.entries(options.headers) },
    url: options.url.endsWith(PATH) ? options.url : options.url.replace(/\/+$/, '') + PATH,
    write: (spans) => writeSpans(spans, resource(), version),
  })
  const says = createSayOnce(clock)
  /** A defect here must not come back to who has only reported. */
  const add = (make: () => readonly Span[]) => {
    try {
      for (const span of make()) exporter.add(span)
    } catch (error) {
      const said = says.pass('span', { error })
      if (said !== undefined) log.warn('traces.span.failed', said)
    }
  }
  const now = () => clock.now()
  return {
    traces: {
      share,
      request: (kept) => add(() => requestSpan(kept, share)),
      message: (message, told) => add(() => messageSpan(message, { told, now: now(), share })),
      endedRun: (run, request) => add(() => endedRunSpans(run, { request, share })),
      segment: (loaded, commit, start) => add(() => segmentSpans(loaded, { ...start, commit, now: now(), share })),
      settlement: (settled) => add(() => deliverySpans(settled, { now: now(), share })),
    },
    get counts() {
      return exporter.counts
    },
    stop: () => exporter.stop(),
  }
}
