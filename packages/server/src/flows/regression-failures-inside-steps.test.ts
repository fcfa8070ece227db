import { afterAll, describe, expect, it } from 'vitest'
import { systemClock } from '#platform'
import type { StoredRun } from '#store'
import { openFlowsHarness } from '../../../../test/support/flows-harness.ts'
import { createSegmentPool } from './segment/segment-pool.ts'

const rescue = [{ id: 'saved', kind: 'set_meta', meta: { first: '{{ faults[0].code }}' } }]

const recordsOf = ({ steps }: StoredRun) =>
  (JSON.parse(steps) as { id: string; status: string; code?: string }[]).map(({ id, status, code }) => [id, status, code])

/** Deeper than any call stack reaches, in a text that is no JSON by its type. */
const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
const hook = 'https://erp.example/'

/** What data can do to a step. None of it is a failure of the engine. */
const cases: [what: string, step: object, body: string, code: string][] = [
  [
    'half of a surrogate pair in the path of a URL',
    { kind: 'send_webhook', url: `${hook}{{ body.x }}/a` },
    '{"x":"\\ud800"}',
    'invalid_url',
  ],
  [
    'half of a surrogate pair in the host of a URL',
    { kind: 'send_webhook', url: 'https://{{ body.x }}.example/', templatedHost: true },
    '{"x":"\\udc00"}',
    'invalid_url',
  ],
  ['a URL of a megabyte', { kind: 'send_webhook', url: `${hook}?{{ body.x }}` }, JSON.stringify({ x: 'x'.repeat(100_000) }), 'invalid_url'],
  ['half of a surrogate pair in the event', { kind: 'send_webhook', url: hook, event: '{{ body.x }}' }, '{"x":"\\ud800"}', 'invalid_event'],
  ['NUL in the event', { kind: 'send_webhook', url: hook, event: '{{ body.x }}' }, '{"x":"\\u0000"}', 'invalid_event'],
  ['half of a surrogate pair in an event type', { kind: 'emit_event', eventType: '{{ body.x }}' }, '{"x":"\\ud800"}', 'invalid_event_type'],
  [
    'half of a surrogate pair in an event id',
    { kind: 'emit_event', eventType: 'a', eventId: '{{ body.x }}' },
    '{"x":"\\ud800"}',
    'invalid_event_id',
  ],
  [
    'a channel of any length',
    { kind: 'emit_event', eventType: 'a', channels: ['{{ body.x }}'] },
    JSON.stringify({ x: 'x'.repeat(200) }),
    'invalid_channel',
  ],
  [
    'an answer of the same text many times',
    { kind: 'webhook_response', body: Array.from({ length: 100 }, () => '{{ body.x }}') },
    JSON.stringify({ x: 'x'.repeat(20_000) }),
    'output_too_large',
  ],
  [
    'a text of the same text many times',
    { kind: 'set_meta', meta: { a: '{{ body.x }} '.repeat(100) } },
    JSON.stringify({ x: 'x'.repeat(20_000) }),
    'output_too_large',
  ],
  ['a percent sign that begins nothing', { kind: 'set_meta', meta: { a: '{{ body.x | url_decode }}' } }, '{"x":"%"}', 'template_error'],
]

/** One process for all, because starting it is most of the time that these take. */
const pool = createSegmentPool({ clock: systemClock, processes: 1 })
afterAll(() => pool.stop())

describe('a failure inside a step is its KO, with its record and a code, and rescue runs', () => {
  it.each(cases)('%s', async (_, step, text, code) => {
    await using harness = await openFlowsHarness({ change: (options) => ({ ...options, segmentPool: pool }) })
    const flow = await harness.addFlow([{ id: 'bad', ...step }], { rescue })
    const body = Buffer.from(text)
    const { run } = await harness.accept(flow, { body, body_bytes: body.length })
    const ended = await harness.run(run)
    expect(ended).toMatchObject({ status: 'ko', error_code: code, meta: JSON.stringify({ first: code }) })
    expect(recordsOf(ended)).toEqual([
      ['bad', 'KO', code],
      ['saved', 'OK', undefined],
    ])
    expect((await harness.reply(run)).status).toBe(500)
    expect(harness.log.entries.filter((entry) => entry.level === 'error')).toEqual([])
  })

  it.each([
    ['set_meta', { kind: 'set_meta', meta: { all: '{{ body }}' } }],
    ['emit_event', { kind: 'emit_event', eventType: 'a' }],
    ['webhook_response', { kind: 'webhook_response', body: '{{ body }}' }],
    ['transform', { kind: 'transform', expression: '$count(body)' }],
    ['a text', { kind: 'fail', message: 'No: {{ body }}' }],
    ['a comparison', { kind: 'filter', if: '{{ body == body.first }}' }],
    ['a filter', { kind: 'filter', if: '{{ body | json | size }}' }],
  ])('data that nests deeper than a call stack ends no run without a record: %s', async (_, step) => {
    await using harness = await openFlowsHarness({ change: (options) => ({ ...options, segmentPool: pool }) })
    const flow = await harness.addFlow([{ id: 'bad', ...step }], { rescue })
    const body = Buffer.from(deep)
    const { run } = await harness.accept(flow, { body, body_bytes: body.length, content_type: null })
    const ended = await harness.run(run)
    expect(recordsOf(ended)[0]?.[0]).toBe('bad')
    expect(ended.error_code).not.toBe('internal')
    expect(harness.log.entries.filter((entry) => entry.level === 'error')).toEqual([])
  })

  it('a defect of ours too: the record says so, the log has where it was, and rescue runs', async () => {
    await using harness = await openFlowsHarness({
      change: (options) => ({
        ...options,
        // However busy the machine is, the run stays where the defect is.
        clock: { ...options.clock, monotonic: () => 0 },
        ids: {
          make: (prefix) => {
            if (prefix === 'dlv') throw new TypeError('a defect')
            return options.ids.make(prefix)
          },
        },
      }),
    })
    const flow = await harness.addFlow([{ id: 'bad', kind: 'send_webhook', url: hook }], { rescue })
    const { run } = await harness.accept(flow)
    const ended = await harness.run(run)
    expect(ended).toMatchObject({ status: 'ko', error_code: 'internal', meta: '{"first":"internal"}' })
    expect(recordsOf(ended)[0]).toEqual(['bad', 'KO', 'internal'])
    expect(JSON.parse((await harness.reply(run)).body!)).toEqual({
      error: { code: 'internal', message: 'Something went wrong inside.', runId: run },
    })
    const said = harness.log.entries.filter((entry) => entry.event === 'flows.step.crashed')
    expect(said).toMatchObject([{ level: 'error', fields: { run, step: 'bad', error: expect.stringContaining('a defect') } }])
  })

  it('a delivery that cannot be made stops its step in the item of the loop, and rescue runs', async () => {
    await using harness = await openFlowsHarness({
      change: (options) => ({
        ...options,
        clock: { ...options.clock, monotonic: () => 0 },
        vault: {
          ...options.vault,
          seal: (text, belonging) => {
            if (text.toString().includes('/sealed')) throw new TypeError('a defect')
            return options.vault.seal(text, belonging)
          },
        },
      }),
    })
    const steps = [{ id: 'bad', kind: 'send_webhook', url: `${hook}sealed` }]
    const flow = await harness.addFlow([{ id: 'each', kind: 'for_each', items: '{{ body.items }}', steps }], { rescue })
    const { run } = await harness.accept(flow, { body: Buffer.from('{"items":[1]}') })
    const ended = await harness.run(run)
    expect(recordsOf(ended)).toContainEqual(['bad', 'KO', 'internal'])
    expect(ended.meta).toBe('{"first":"internal"}')
  })
})
