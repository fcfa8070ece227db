import type { Egress, EgressOutcome } from '#platform'
import { createCollectingLog, createFakeClock } from '#platform/testing'
import { describe, expect, test } from 'vitest'
import type { Span } from './span.ts'
import { SpanExporter } from './span-exporter.ts'

const phases = { waitMs: 0, dnsMs: 0, connectMs: 0, tlsMs: 0, firstByteMs: 0, bodyMs: 0, totalMs: 0, reused: false }
const answer = (status: number, headers: Record<string, string> = {}): EgressOutcome => ({
  ...{ kind: 'response', status, headers, body: new Uint8Array(), truncated: false, address: '10.0.0.1', phases },
})
const refused: EgressOutcome = { kind: 'failed', code: 'connect_refused', detail: 'Nobody listens there.', phases }

const span = (name: string): Span => ({
  ...{ traceId: '0'.repeat(31) + '1', spanId: '0'.repeat(15) + '1', parent: null, state: '', name, kind: 'internal' },
  ...{ startedAt: 0, endedAt: 1, attributes: {} },
})

/** A collector that answers when the test says so, and a clock that stands still but for the test. */
function open() {
  const clock = createFakeClock()
  const log = createCollectingLog()
  const asked: {
    readonly names: string[]
    readonly headers: readonly (readonly [string, string])[]
    answer(outcome: EgressOutcome): Promise<void>
  }[] = []
  const egress: Pick<Egress, 'send'> = {
    send: ({ body, headers, signal }) =>
      new Promise((resolve) => {
        signal?.addEventListener('abort', () => resolve({ kind: 'failed', code: 'aborted', detail: 'Given up.', phases }))
        asked.push({
          names: (Buffer.from(body!).toString() || ' ').split(','),
          headers,
          async answer(outcome) {
            resolve(outcome)
            await settled()
          },
        })
      }),
  }
  const exporter = new SpanExporter({
    ...{ url: 'http://collector/v1/traces', headers: [['x-key', 'k']], egress, clock, log },
    write: (spans) => spans.map(({ name }) => name).join(),
  })
  const add = (count: number, from = 0) => {
    for (let i = from; i < from + count; i++) exporter.add(span(String(i)))
  }
  return { clock, log, asked, exporter, add }
}

/** Promises that are resolved already have been heard of then. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve))

describe('what reports spans to a collector', () => {
  test('collects for a second, and sends what came in one request', async () => {
    const { clock, asked, exporter, add } = open()
    add(3)
    await clock.run(999)
    expect(asked).toHaveLength(0)
    await clock.run(1)
    expect(asked[0]).toMatchObject({
      names: ['0', '1', '2'],
      headers: [
        ['content-type', 'application/json'],
        ['x-key', 'k'],
      ],
    })
    await asked[0]!.answer(answer(200))
    expect(exporter.counts).toEqual({ exported: 3, dropped: 0, waiting: 0 })
  })

  test('sends a full batch at once, one at a time, and the next when the first was taken', async () => {
    const { asked, exporter, add } = open()
    add(600)
    expect(asked.map(({ names }) => names.length)).toEqual([256])
    await asked[0]!.answer(answer(202))
    expect(asked.map(({ names }) => names.length)).toEqual([256, 256])
    expect(asked[1]!.names[0]).toBe('256')
    expect(exporter.counts).toEqual({ exported: 256, dropped: 0, waiting: 344 })
  })

  test('keeps so many while nobody takes them, drops what comes beyond, and counts it', async () => {
    const { asked, exporter, add } = open()
    add(20_000)
    expect(exporter.counts).toEqual({ exported: 0, dropped: 20_000 - 8192, waiting: 8192 })
    expect(asked).toHaveLength(1)
  })

  test.each([
    ['a collector that nobody listens at', refused, 1000],
    ['429', answer(429), 1000],
    ['503 that asks for seven seconds', answer(503, { 'retry-after': '7' }), 7000],
    ['503 that asks for a day', answer(503, { 'retry-after': '86400' }), 60_000],
    ['503 that asks for no pause', answer(503, { 'retry-after': '0' }), 1000],
    ['503 that asks for nonsense', answer(503, { 'retry-after': '-1' }), 1000],
  ])('offers the same batch again after %s', async (_, outcome, waitMs) => {
    const { clock, log, asked, exporter, add } = open()
    add(256)
    await asked[0]!.answer(outcome)
    add(1, 256)
    await clock.run(waitMs - 1)
    expect(asked).toHaveLength(1)
    await clock.run(1)
    expect(asked[1]!.names).toEqual(asked[0]!.names)
    await asked[1]!.answer(answer(200))
    await clock.run(1000)
    await asked[2]!.answer(answer(200))
    expect(exporter.counts).toEqual({ exported: 257, dropped: 0, waiting: 0 })
    expect(log.entries.map(({ event }) => event)).toEqual(['traces.export.failed', 'traces.export.resumed'])
  })

  test('waits twice as long each time, a minute at most', async () => {
    const { clock, asked, add } = open()
    add(256)
    for (const [i, waitMs] of [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000].entries()) {
      await asked[i]!.answer(refused)
      await clock.run(waitMs - 1)
      expect(asked).toHaveLength(i + 1)
      await clock.run(1)
      expect(asked).toHaveLength(i + 2)
    }
  })

  test('drops a batch that is refused for good, says so once a minute, and goes on', async () => {
    const { clock, log, asked, exporter, add } = open()
    add(600)
    await asked[0]!.answer(answer(401))
    await asked[1]!.answer(answer(401))
    expect(exporter.counts).toEqual({ exported: 0, dropped: 512, waiting: 88 })
    expect(log.entries).toHaveLength(1)
    await clock.run(1000)
    await asked[2]!.answer(answer(200))
    expect(exporter.counts).toEqual({ exported: 88, dropped: 512, waiting: 0 })
  })

  test('hands over what waits at the end, and takes nothing more', async () => {
    const { asked, exporter, add } = open()
    add(300)
    const stopped = exporter.stop()
    await asked[0]!.answer(answer(200))
    await asked[1]!.answer(answer(200))
    await stopped
    add(1)
    expect(exporter.counts).toEqual({ exported: 300, dropped: 1, waiting: 0 })
  })

  test('waits two seconds for it and no longer, and not at all for one that has just failed', async () => {
    const silent = open()
    silent.add(300)
    const stopped = silent.exporter.stop()
    await silent.clock.run(2000)
    await stopped
    expect(silent.exporter.counts).toEqual({ exported: 0, dropped: 300, waiting: 0 })
    const failing = open()
    failing.add(256)
    await failing.asked[0]!.answer(refused)
    await failing.exporter.stop()
    expect(failing.asked).toHaveLength(1)
    expect(failing.exporter.counts.dropped).toBe(256)
  })
})
