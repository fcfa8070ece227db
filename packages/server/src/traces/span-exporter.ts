import { createSayOnce, type Clock, type Egress, type EgressOutcome, type HeaderPair, type Log, type Timer } from '#platform'
import type { Span } from './span.ts'

/** Spans that wait, of a kilobyte each; what comes beyond is dropped and counted. */
const WAITING_MAX = 8192
/** What one request takes: to write it down holds the event loop for a millisecond. */
const BATCH_MAX = 256
/** A batch that is not full collects so long. */
const COLLECT_MS = 1000
/** A collector that does not answer holds one batch for so long. */
const TIMEOUT_MS = 10_000
/** Before a batch is offered again, doubled each time; `Retry-After` says otherwise, within bounds. */
const AGAIN_MS = 1000
const AGAIN_MS_MAX = 60_000
/** At the end of the process, for what still waits. */
const LAST_MS = 2000

export interface SpanExporterOptions {
  readonly url: string
  readonly headers: readonly HeaderPair[]
  readonly write: (spans: readonly Span[]) => string
  readonly egress: Pick<Egress, 'send'>
  readonly clock: Clock
  readonly log: Pick<Log, 'warn' | 'info'>
}

/**
 * Hands spans to the collector, one batch at a time, and never makes anybody wait.
 *
 *   idle       --a span--> collecting
 *   collecting --the time is over, or a batch is full--> sending
 *   sending    --taken, or refused for good: dropped--> collecting, if more waits; else idle
 *   sending    --no answer, 429, 502, 503, 504--> resting
 *   resting    --its time is over--> sending, the same batch
 *   any        --stop()--> stopping: what waits is offered once, within two seconds, and the rest is dropped
 *
 * What must hold: a batch is under way at most, and stays in front of what waits until its outcome is known; what waits never exceeds the limit.
 */
export class SpanExporter {
  readonly #options: SpanExporterOptions
  readonly #says: ReturnType<typeof createSayOnce>
  #mode: 'idle' | 'collecting' | 'sending' | 'resting' | 'stopping' = 'idle'
  #waiting: Span[] = []
  #timer: Timer | undefined
  #failures = 0
  #sending: Promise<void> = Promise.resolve()
  /** Ends what is under way, when the process does. */
  readonly #over = new AbortController()
  #exported = 0
  #dropped = 0

  constructor(options: SpanExporterOptions) {
    this.#options = options
    this.#says = createSayOnce(options.clock)
  }

  get counts(): { readonly exported: number; readonly dropped: number; readonly waiting: number } {
    return { exported: this.#exported, dropped: this.#dropped, waiting: this.#waiting.length }
  }

  add(span: Span): void {
    if (this.#mode === 'stopping' || this.#waiting.length >= WAITING_MAX) {
      this.#dropped++
      return
    }
    this.#waiting.push(span)
    if (this.#mode === 'idle') this.#collect()
    else if (this.#mode === 'collecting' && this.#waiting.length === BATCH_MAX) this.#send()
  }

  async stop(): Promise<void> {
    this.#timer?.cancel()
    // Who did not take it a moment ago is not asked by a process that ends.
    let isAnswered = this.#mode !== 'resting'
    this.#mode = 'stopping'
    const timer = this.#options.clock.after(LAST_MS, () => this.#over.abort())
    await this.#sending
    while (isAnswered && this.#waiting.length > 0 && !this.#over.signal.aborted) isAnswered = await this.#offer()
    timer.cancel()
    this.#drop(this.#waiting.length)
  }

  #collect(): void {
    if (this.#waiting.length >= BATCH_MAX) return this.#send()
    this.#mode = this.#waiting.length === 0 ? 'idle' : 'collecting'
    if (this.#mode === 'collecting') this.#timer = this.#options.clock.after(COLLECT_MS, () => this.#send())
  }

  #send(): void {
    this.#timer?.cancel()
    this.#mode = 'sending'
    this.#sending = this.#offer().then((isDone) => {
      if (isDone && this.#mode === 'sending') this.#collect()
    })
  }

  /** True: the first batch is dealt with, whether it was taken or refused. */
  async #offer(): Promise<boolean> {
    const { egress, url, headers, write } = this.#options
    const batch = this.#waiting.slice(0, BATCH_MAX)
    const outcome = await egress.send({
      ...{ url, method: 'POST', headers: [['content-type', 'application/json'], ...headers], body: Buffer.from(write(batch)) },
      ...{ timeoutMs: TIMEOUT_MS, responseBytesKept: 1024, signal: this.#over.signal },
    })
    if (outcome.kind === 'response' && outcome.status >= 200 && outcome.status < 300) {
      this.#waiting.splice(0, batch.length)
      this.#exported += batch.length
      if (this.#failures > 0) this.#options.log.info('traces.export.resumed')
      this.#failures = 0
      return true
    }
    this.#warn(reasonOf(outcome), outcome.kind === 'response' ? { status: outcome.status } : { code: outcome.code, detail: outcome.detail })
    if (outcome.kind === 'response' && !isPassing(outcome.status)) {
      this.#drop(batch.length)
      return true
    }
    this.#rest(outcome)
    return false
  }

  #rest(outcome: EgressOutcome): void {
    if (this.#mode === 'stopping') return
    this.#mode = 'resting'
    const waitMs = Math.min(AGAIN_MS * 2 ** this.#failures++, AGAIN_MS_MAX)
    this.#timer = this.#options.clock.after(askedFor(outcome) ?? waitMs, () => this.#send())
  }

  #drop(count: number): void {
    this.#dropped += this.#waiting.splice(0, count).length
  }

  #warn(key: string, fields: Record<string, unknown>): void {
    const said = this.#says.pass(key, { ...fields, dropped: this.#dropped })
    if (said !== undefined) this.#options.log.warn('traces.export.failed', said)
  }
}

/** As OTLP lists them: everything else says that the same batch would be refused again. */
function isPassing(status: number): boolean {
  return status === 429 || status === 502 || status === 503 || status === 504
}

function reasonOf(outcome: EgressOutcome): string {
  return outcome.kind === 'response' ? String(outcome.status) : outcome.code
}

/** In seconds; a date is not worth a clock that may differ. Zero asks for nothing: heeded, it would be a collector in trouble asked without a pause. */
function askedFor(outcome: EgressOutcome): number | undefined {
  const header = outcome.kind === 'response' ? outcome.headers['retry-after'] : undefined
  return typeof header === 'string' && /^0*[1-9]\d{0,5}$/.test(header) ? Math.min(Number(header) * 1000, AGAIN_MS_MAX) : undefined
}
