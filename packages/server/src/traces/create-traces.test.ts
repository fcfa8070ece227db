import type { TracedSettlement } from '#coordination'
import type { Egress } from '#platform'
import { createCollectingLog, createFakeClock } from '#platform/testing'
import { describe, expect, test } from 'vitest'
import { createTraces } from './create-traces.ts'

type Sent = Parameters<Egress['send']>[0]

function open(url = 'http://collector:4318') {
  const clock = createFakeClock()
  const log = createCollectingLog()
  const sent: Sent[] = []
  const egress: Pick<Egress, 'send'> = {
    async send(request) {
      sent.push(request)
      const phases = { waitMs: 0, dnsMs: 0, connectMs: 0, tlsMs: 0, firstByteMs: 0, bodyMs: 0, totalMs: 0, reused: false }
      return { kind: 'response', status: 200, headers: {}, body: new Uint8Array(), truncated: false, address: '10.0.0.1', phases }
    },
  }
  const about = {
    url,
    headers: { 'x-key': 'k' },
    resource: { 'service.name': 'hooks' },
    share: 1,
    version: '1.2.3',
    session: { id: 'ses_1' },
  }
  return { clock, log, sent, room: createTraces({ ...about, egress, clock, log }) }
}

const delivered = {
  ...{ told: null, method: 'POST' },
  settlement: { attempt: null, next: { kind: 'end', status: 'cancelled', failure: 'endpoint_removed' } },
  delivery: {
    id: 'dlv_0356n6eK1gI0NFFjbxeYL3',
    message_id: 'msg_0356n6eOzslsCnbqbFbIIL',
    run_id: null,
    event_type: 'a.b',
    created_at: 0,
    attempts: 0,
  },
} as unknown as TracedSettlement

describe('the room of traces', () => {
  test.each([
    ['http://collector:4318', 'http://collector:4318/v1/traces'],
    ['http://collector:4318/', 'http://collector:4318/v1/traces'],
    ['https://api.example.com/otlp', 'https://api.example.com/otlp/v1/traces'],
    ['https://api.example.com/own/v1/traces', 'https://api.example.com/own/v1/traces'],
  ])('sends to the collector at %s as %s', async (url, expected) => {
    const { clock, sent, room } = open(url)
    room.traces.settlement(delivered)
    await clock.run(1000)
    expect(sent).toMatchObject([{ url: expected, method: 'POST' }])
    expect(room.counts).toEqual({ exported: 1, dropped: 0, waiting: 0 })
  })

  test('a defect of a report comes back to nobody, and is said once a minute', async () => {
    const { clock, log, room } = open()
    const broken = {} as unknown as TracedSettlement
    for (let i = 0; i < 3; i++) expect(() => room.traces.settlement(broken)).not.toThrow()
    expect(log.entries.map(({ event }) => event)).toEqual(['traces.span.failed'])
    await clock.run(60_000)
    room.traces.settlement(broken)
    expect(log.entries).toHaveLength(2)
  })
})
