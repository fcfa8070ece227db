import { afterAll, describe, expect, it } from 'vitest'
import { createIds } from '#domain'
import { sleep, systemClock, systemRandom } from '#platform'
import { compileHere } from '../../../../../test/support/read-transform.ts'
import { columnsOf } from './state-columns.ts'
import { newRunState } from './run-state.ts'
import { createSegmentPool } from './segment-pool.ts'
import type { RunGiven } from './run-inputs.ts'
import type { Segment, SegmentEnd } from './segment.ts'
import { createSegments } from './segments.ts'

const random = systemRandom()
const ids = createIds({ now: systemClock.now, fill: (target) => random.fill(target) })
const pool = createSegmentPool({ clock: systemClock, processes: 1 })
const segments = createSegments({ ids, clock: systemClock, pool })
/** The same without a limit of time, on any machine. */
const patient = createSegments({ ids, clock: { ...systemClock, monotonic: () => 0 }, pool })
afterAll(() => pool.stop())

function segmentOf(
  steps: unknown[],
  body: string | Uint8Array,
  { rescue = [], ...given }: { rescue?: unknown[] } & Partial<RunGiven> = {},
): Segment {
  const compiled = compileHere({ name: 'a', trigger: { kind: 'webhook', listener: 'l' }, steps, rescue })
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.faults))
  const request = {
    ...{ id: 'req_1', listener_id: null, method: 'POST', path: '/in/shop/a', query: 'page=2', headers: '[["X-Id","7"]]', ip: '192.0.2.1' },
    ...{ content_type: 'application/json', event_type: null, body: Buffer.from(body), form: null, verified: null, origin: null },
  } as unknown as NonNullable<RunGiven['request']>
  return {
    flow: compiled.flow,
    given: {
      ...{
        run: { id: 'run_1', flowId: 'flow_1', version: 1, key: 'k', applicationId: 'app_1', createdAt: 0 },
        input: null,
        request,
        wake: null,
      },
      ...{ snapshot: { listeners: [] }, secrets: { erp: 's3cr3t' }, isHeard: true, koReply: null },
      ...{ chainEnds: () => false, endings: () => [] },
      ...given,
    },
    place: { state: newRunState(compiled.flow.first) },
  }
}

async function ended(segment: Segment, by = segments): Promise<SegmentEnd> {
  const done = await by.run(segment)
  if (!('place' in done)) throw new Error(done.outcome.message)
  return done
}

/** As whoever commits it does. */
async function toTheEnd(segment: Segment, by = segments): Promise<SegmentEnd> {
  const done = await ended(segment, by)
  if (done.outcome.kind === 'finished') return done
  return toTheEnd({ ...segment, place: done.place, bodyless: done.bodyless ?? false }, by)
}

const columns = ({ place }: SegmentEnd) => ('columns' in place ? place.columns : columnsOf(place.state))
const records = (done: SegmentEnd) =>
  (JSON.parse(columns(done).steps) as { id: string; status: string; code?: string }[]).map(({ id, status, code }) => [id, status, code])

/** All that is committed, but for when and under which ids. */
function plain(done: SegmentEnd): unknown {
  const asText = (bytes: Uint8Array) => Buffer.from(bytes).toString()
  const messages = done.effects.messages.map((message) => ({ ...message, data: asText(message.data) }))
  const deliveries = done.effects.deliveries.map((delivery) => ({ ...delivery, body: asText(delivery.body) }))
  const { outcome, defects } = done
  const text = JSON.stringify({ columns: columns(done), effects: { ...done.effects, messages, deliveries }, outcome, defects })
  return JSON.parse(text.replaceAll(/\\"(startedAt|durationMs)\\":[\d.]+/g, '').replaceAll(/(dlv|msg)_\w{22}/g, '$1'))
}

const set = (id: string, meta: object, more: object = {}) => ({ id, kind: 'set_meta', meta, ...more })
const reply = (body: unknown) => ({ id: 'reply', kind: 'webhook_response', body })
const rescue = [set('saved', { first: '{{ faults[0].code }}' })]

/**
 * The most processor time that one turn of this thread's event loop used while `act` ran, and the same while nothing ran. Not what
 * passed: on a busy machine the processor is somebody else's for much longer than any turn takes.
 */
async function longestTurn<T>(act: () => Promise<T>): Promise<{ value: T; longestMs: number; noiseMs: number }> {
  const usedMs = () => {
    const { user, system } = process.threadCpuUsage()
    return (user + system) / 1000
  }
  const watch = async <V>(until: () => Promise<V>): Promise<{ value: V; longestMs: number }> => {
    let longestMs = 0
    let watching = true
    const watched = (async () => {
      for (let last = usedMs(); watching;) {
        await sleep(systemClock, 1)
        const now = usedMs()
        longestMs = Math.max(longestMs, now - last)
        last = now
      }
    })()
    const value = await until()
    watching = false
    await watched
    return { value, longestMs }
  }
  const { longestMs: noiseMs } = await watch(() => sleep(systemClock, 1000))
  return { ...(await watch(act)), noiseMs }
}

const words = JSON.stringify({ x: Array.from({ length: 60_000 }, (_, index) => `Word ${(index * 7919) % 60_000} of the list`) })
const chain = (filters: number) => `{{ body.x ${'| sort_natural | reverse '.repeat(filters / 2)}| size }}`
const megabytes = (count: number) => JSON.stringify({ x: 'y'.repeat(count * 1024 * 1024 - 100), n: 12_345_678_901 })

describe('a segment whose work is large', () => {
  it.each<[what: string, segment: () => Segment, expected: (done: SegmentEnd) => void]>([
    [
      'fifty steps that sort 1.2 MB',
      () =>
        segmentOf(
          Array.from({ length: 50 }, (_, index) => set(`s${index}`, { n: '{{ body.x | sort_natural | size }}' })),
          words,
          { rescue },
        ),
      (done) => {
        expect(records(done)).toEqual(Array.from({ length: 50 }, (_, index) => [`s${index}`, 'OK', undefined]))
        expect(JSON.parse(columns(done).meta)).toEqual({ n: 60_000 })
      },
    ],
    [
      'one field of seventy such filters',
      () => segmentOf([set('before', { a: 1 }), set('sorts', { n: chain(70) }), set('never', {})], words, { rescue }),
      (done) => {
        // What a fast machine has done in time is no fault.
        const expired = records(done)[1]?.[1] === 'KO'
        expect(records(done)).toEqual([
          ['before', 'OK', undefined],
          ['sorts', expired ? 'KO' : 'OK', expired ? 'timeout' : undefined],
          [expired ? 'saved' : 'never', 'OK', undefined],
        ])
      },
    ],
    [
      'a body of 10 MiB that is read',
      () =>
        segmentOf([set('m', { n: '{{ body.n }}', size: '{{ body.x.size }}' }), reply({ n: '{{ meta.n }}' })], megabytes(10), { rescue }),
      (done) => {
        expect(records(done)).toEqual([
          ['m', 'OK', undefined],
          ['reply', 'OK', undefined],
        ])
        expect(done.effects.reply?.body).toBe('{"n":12345678901}')
      },
    ],
    [
      'a body of 10 MiB of the smallest lists',
      () => segmentOf([set('m', { size: '{{ body.size }}' })], `[${'[],'.repeat(3_400_000)}[]]`, { rescue }),
      (done) => expect(records(done).at(-1)?.[0]).toMatch(/m|saved/),
    ],
    [
      'a tree of thousands of leaves, each the body',
      () =>
        segmentOf(
          [set('tree', Object.fromEntries(Array.from({ length: 1500 }, (_, index) => [`k${index}`, '{{ body }}'])))],
          megabytes(1),
          { rescue },
        ),
      (done) => expect(records(done)[0]).toEqual(['tree', 'KO', 'output_too_large']),
    ],
    [
      'an answer of a thousand bodies',
      () => segmentOf([reply(Array.from({ length: 1000 }, () => '{{ body }}'))], words, { rescue }),
      (done) => expect(records(done)[0]).toEqual(['reply', 'KO', 'output_too_large']),
    ],
    [
      'a small body, and a condition of hundreds of comparisons',
      () =>
        segmentOf(
          [{ id: 'f', kind: 'filter', if: `{{ ${Array.from({ length: 600 }, () => 'body.x.size == 9').join(' or ')} or true }}` }],
          JSON.stringify({ x: Object.fromEntries(Array.from({ length: 9000 }, (_, index) => [`k${index}`, 1])) }),
        ),
      (done) => expect(records(done)).toEqual([['f', 'OK', 'passed']]),
    ],
    [
      'a hundred steps that emit a large event',
      () =>
        segmentOf(
          Array.from({ length: 100 }, (_, index) => ({ id: `e${index}`, kind: 'emit_event', eventType: 'a', payload: '{{ body.x }}' })),
          words.slice(0, 100_000) + '"]}',
        ),
      (done) => expect(done.outcome.kind).toBe('finished'),
    ],
  ])(
    'gives what it would give anywhere, and leaves the event loop to others: %s',
    async (_, make, expected) => {
      const segment = make()
      const { value, longestMs, noiseMs } = await longestTurn(() => toTheEnd(segment))
      expected(value)
      expect(longestMs).toBeLessThan(150 + 2 * noiseMs)
    },
    120_000,
  )

  it('a step that takes more processor time than it may is KO, and rescue runs; what was done before it is kept once', async () => {
    await using short = createSegmentPool({ clock: systemClock, processes: 1, cpuMs: 300 })
    const by = createSegments({ ids, clock: systemClock, pool: short })
    const event = { id: 'event', kind: 'emit_event', eventType: 'a', payload: 1 }
    const segment = segmentOf([event, set('sorts', { n: chain(70) }), set('never', {})], words, { rescue })
    const first = await ended(segment, by)
    expect(records(first)).toEqual([
      ['event', 'OK', undefined],
      ['sorts', 'KO', 'timeout'],
    ])
    expect(first.outcome.kind).toBe('so_far')
    expect(first.effects.messages).toHaveLength(1)
    const last = await toTheEnd({ ...segment, place: first.place }, by)
    expect(records(last).at(-1)).toEqual(['saved', 'OK', undefined])
    expect(last.effects.messages).toEqual([])
    expect(last.outcome).toEqual({ kind: 'finished', status: 'ko', code: 'timeout' })
    expect(JSON.parse(columns(last).meta)).toEqual({ first: 'timeout' })
  })

  it('a step that needs more memory than it may have is KO, and what was done before it is kept once', async () => {
    const grows = `{{ body.x ${'| concat: body.x '.repeat(100)}| json | size }}`
    const segment = segmentOf([{ id: 'e', kind: 'emit_event', eventType: 'a', payload: 1 }, set('grows', { n: grows })], words, { rescue })
    const done = await ended(segment)
    expect(records(done).slice(0, 2)).toEqual([
      ['e', 'OK', undefined],
      ['grows', 'KO', expect.stringMatching(/memory_limit|timeout|template_error/)],
    ])
    expect(done.effects.messages).toHaveLength(1)
  })

  it('many in one turn of the event loop share its time', async () => {
    const steps = [set('m', { a: `{{ body.x ${'| sort_natural | reverse '.repeat(6)}| size }}` })]
    const small = JSON.stringify({ x: Array.from({ length: 500 }, (_, index) => `Word ${(index * 79) % 500}`) })
    const { longestMs, noiseMs, value } = await longestTurn(() =>
      Promise.all(Array.from({ length: 60 }, () => ended(segmentOf(steps, small)))),
    )
    for (const done of value) expect(JSON.parse(columns(done).meta)).toEqual({ a: 500 })
    expect(longestMs).toBeLessThan(150 + 2 * noiseMs)
  })
})

it('what an expression works on is written where the segment runs that has time for it', async () => {
  const body = JSON.stringify({ x: 'y'.repeat(120_000) })
  const expression = '$map([1], function($x) { $x })'
  const copies = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, '{{ body.x }}']))
  const of = (count: number) => segmentOf([set('m', copies(count)), { id: 't', kind: 'transform', expression }], body)
  const [small, large] = [await ended(of(0), patient), await ended(of(4), patient)]
  expect([small.outcome.kind, large.outcome.kind]).toEqual(['compute', 'compute'])
  expect(['state' in small.place, 'state' in large.place]).toEqual([true, false])
})

describe('a segment gives the same on the event loop and in a process of its own', () => {
  const send = { kind: 'send_webhook', url: 'https://erp.example/{{ body.id }}', bearerToken: '{{ secrets.erp }}' }
  it.each<[what: string, steps: unknown[], body: string]>([
    ['without steps', [], '{}'],
    [
      'meta, conditions and an answer',
      [
        set('m', { a: '{{ body.id }}', h: '{{ headers.X-ID }}', q: '{{ query.page }}' }),
        { id: 'b', kind: 'branch', if: '{{ meta.a }}', then: [reply('{{ body }}')] },
      ],
      '{"id":7}',
    ],
    ['numbers that no double holds', [set('m', { a: '{{ body.id }}' }), reply({ b: '{{ meta.a }}' })], '{"id":12345678901234567890}'],
    [
      'filters, and one that fails',
      [set('m', { a: "{{ body.id | append: 'x' | upcase }}" }), set('bad', { a: '{{ body.id | url_decode }}' })],
      '{"id":"%"}',
    ],
    ['a request to send, with secrets', [set('m', { a: 1 }), { id: 's', ...send }], '{"id":"7"}'],
    ['a URL that data broke', [{ id: 's', ...send }], '{"id":"\\ud800"}'],
    [
      'an event',
      [{ id: 'e', kind: 'emit_event', eventType: 'order.{{ body.id }}', payload: '{{ body }}', eventId: 'e{{ body.id }}' }],
      '{"id":"7"}',
    ],
    [
      'a failure of its own, and missing values',
      [set('m', { a: '{{ body.no.such }}' }), { id: 'f', kind: 'fail', code: 'no', message: '{{ body.id }}' }],
      '{"id":"7"}',
    ],
    ['an answer, and steps behind it', [reply({ a: 1 }), set('m', { a: 1 })], 'no json'],
  ])('%s', async (_, steps, body) => {
    const segment = segmentOf(steps, body, { rescue })
    const here = await ended(segment, patient)
    expect('state' in here.place).toBe(true)
    // Read elsewhere, because the body is behind so much white space.
    const large = {
      ...segment,
      given: { ...segment.given, request: { ...segment.given.request!, body: Buffer.from(body.padEnd(200_000)) } },
    }
    const there = await ended(
      body === 'no json'
        ? { ...segment, place: { columns: { ...columnsOf(newRunState(segment.flow.first)), faults: '[]'.padEnd(300_000) } } }
        : large,
    )
    expect('columns' in there.place).toBe(true)
    expect(plain(there)).toEqual(plain(here))
  })
})

it('more data than the event loop passes on to an expression is a fault of the step', async () => {
  const steps = [{ id: 't', kind: 'transform', expression: '$count(body.x)' }]
  const bodyOf = (mib: number) => JSON.stringify({ x: 'x'.repeat(mib * 1024 * 1024) })
  expect((await ended(segmentOf(steps, bodyOf(3)))).outcome.kind).toBe('compute')
  expect(records(await ended(segmentOf(steps, bodyOf(5))))).toEqual([['t', 'KO', 'memory_limit']])
})
