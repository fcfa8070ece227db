import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decideAttempt, type AttemptCase, type AttemptResult, type DeliveryProgress } from './attempt-outcome.ts'
import { retryPolicy } from './retry-policy.ts'
import { sendWebhookSuccessDefault } from './success-rule.ts'

const now = Date.UTC(2026, 10, 22, 12, 0, 0)
const endpoint: DeliveryProgress = {
  target: 'endpoint',
  origin: 'automatic',
  retriesMade: 0,
  firstAttemptAt: now - 1000,
  retryInSeen: false,
}
const step: DeliveryProgress = { ...endpoint, target: 'send_webhook' }
const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value))

function decide(result: Partial<AttemptResult>, change: Partial<AttemptCase> = {}) {
  const delivery = change.delivery ?? endpoint
  const isStep = delivery.target === 'send_webhook'
  return decideAttempt({
    result: { hopeless: false, ...result },
    rule: isStep ? sendWebhookSuccessDefault : '2xx',
    policy: retryPolicy(isStep ? 'step' : 'invoice'),
    delivery,
    now,
    unit: () => 0.5,
    ...change,
  })
}

describe('success', () => {
  test.each([200, 201, 202, 204, 299])('R60: an endpoint that answers %d has it', (status) => {
    expect(decide({ status })).toMatchObject({ kind: 'delivered', countsAs: 'success' })
  })

  test.each([200, 204])('R21, R23: a Send Webhook step that is answered %d has arrived, no retry', (status) => {
    expect(decide({ status }, { delivery: step })).toMatchObject({ kind: 'delivered' })
  })

  test.each([201, 202, 206, 301, 400, 404, 410, 500, 503])('R21, R24: a Send Webhook step that is answered %d is tried again', (status) => {
    expect(decide({ status }, { delivery: step })).toMatchObject({ kind: 'retry', waitMs: 5000, countsAs: 'failure' })
  })

  test('R21: both rules can be set', () => {
    expect(decide({ status: 409 }, { rule: [200, 409] })).toMatchObject({ kind: 'delivered' })
    expect(decide({ status: 202 }, { rule: '2xx', delivery: step })).toMatchObject({ kind: 'delivered' })
    expect(decide({ status: 204 }, { rule: [200] })).toMatchObject({ kind: 'retry' })
  })
})

describe('failure', () => {
  test.each([100, 199, 300, 301, 308, 400, 401, 404, 500, 599])('R61: an endpoint that answers %d is tried again', (status) => {
    expect(decide({ status })).toMatchObject({ kind: 'retry', waitMs: 60_000, countsAs: 'failure', laneWaitMs: 0, disableEndpoint: null })
  })

  test.each(['response_timeout', 'connect_refused', 'dns_not_found', 'reset'])(
    'R24, R29, R73: %s is tried again and counts',
    (failureCode) => {
      expect(decide({ failureCode })).toMatchObject({ kind: 'retry', countsAs: 'failure', code: failureCode })
    },
  )

  test('F16: a redirect is a failure of its own name, and 304 is none', () => {
    expect(decide({ status: 302 })).toMatchObject({ code: 'redirect', reason: 'The receiver answered 302; redirects are not followed.' })
    for (const status of [304, 305, 306, 399])
      expect(decide({ status })).toMatchObject({ kind: 'retry', code: `http_${status}`, reason: `The receiver answered ${status}.` })
  })

  test("a flow sees every kind of timeout as `timeout`, an endpoint's log sees which", () => {
    expect(decide({ failureCode: 'connect_timeout' }, { delivery: step })).toMatchObject({ code: 'timeout' })
    expect(decide({ failureCode: 'connect_timeout' })).toMatchObject({ code: 'connect_timeout' })
  })

  test('R29, R61: after the last retry it has failed, with the code of the last attempt', () => {
    expect(decide({ status: 500 }, { delivery: { ...endpoint, retriesMade: 4 } })).toMatchObject({ kind: 'retry', waitMs: 86_400_000 })
    expect(decide({ status: 500 }, { delivery: { ...endpoint, retriesMade: 5 } })).toMatchObject({
      kind: 'failed',
      code: 'http_500',
      exhausted: true,
      countsAs: 'failure',
    })
    expect(
      decide({ failureCode: 'reset' }, { delivery: { ...step, firstAttemptAt: now - 12 * 3_600_000, retriesMade: 31 } }),
    ).toMatchObject({ kind: 'failed', code: 'reset', exhausted: true })
  })

  test.each(['proxy_unreachable', 'proxy_refused', 'proxy_failed', 'aborted', 'cut_off'])(
    '%s is on our side of the wire, so it is tried again and counts against nobody',
    (failureCode) => {
      for (const delivery of [endpoint, step]) {
        expect(decide({ failureCode }, { delivery })).toMatchObject({ kind: 'retry', countsAs: 'nothing', code: failureCode })
      }
    },
  )

  test('what may be our own way out is tried again as any failure, and counts in doubt', () => {
    const { countsAs: plainly, ...retry } = decide({ failureCode: 'connect_timeout' })
    expect([plainly, retry.kind]).toEqual(['failure', 'retry'])
    expect(decide({ failureCode: 'connect_timeout', mayBeOurs: true })).toEqual({ ...retry, countsAs: 'doubt' })
  })

  test('a host that the proxy alone finds no way to counts as one that we find none to', () => {
    expect(decide({ failureCode: 'proxy_no_way' })).toMatchObject({ kind: 'retry', countsAs: 'failure' })
  })

  test.each([endpoint, step])('a hopeless failure ends it at once and does not count: $target', (delivery) => {
    expect(decide({ failureCode: 'address_refused', failureDetail: 'The host is private.', hopeless: true }, { delivery })).toMatchObject({
      kind: 'failed',
      code: 'address_refused',
      reason: 'The host is private.',
      exhausted: false,
      countsAs: 'nothing',
    })
  })
})

describe('F21: 410', () => {
  test('disables an endpoint and ends the delivery', () => {
    expect(decide({ status: 410 })).toMatchObject({ kind: 'failed', code: 'http_410', disableEndpoint: 'gone', exhausted: false })
  })

  test('is a failure like any other for a step', () => {
    for (const target of ['send_webhook', 'http_request'] as const) {
      expect(decide({ status: 410 }, { delivery: { ...step, target } })).toMatchObject({ kind: 'retry', disableEndpoint: null })
    }
  })

  test('is success where the rule says so', () => {
    expect(decide({ status: 410 }, { rule: [410] })).toMatchObject({ kind: 'delivered', disableEndpoint: null })
  })
})

describe('F20: what slows a lane', () => {
  test.each([429, 502, 503, 504])('%d with Retry-After slows the lane and the delivery', (status) => {
    expect(decide({ status, retryAfter: '600' })).toMatchObject({ kind: 'retry', waitMs: 600_000, laneWaitMs: 600_000, slowDown: true })
    expect(decide({ status })).toMatchObject({ kind: 'retry', waitMs: 60_000, laneWaitMs: 0, slowDown: true })
  })

  test('500 with Retry-After delays the delivery alone', () => {
    expect(decide({ status: 500, retryAfter: '600' })).toMatchObject({ kind: 'retry', waitMs: 600_000, laneWaitMs: 0, slowDown: false })
  })

  test('a date counts from the end of the attempt', () => {
    expect(decide({ status: 503, retryAfter: 'Sun, 22 Nov 2026 12:10:00 GMT' })).toMatchObject({ laneWaitMs: 600_000 })
  })

  test('the lane is slowed by the last attempt of a delivery too', () => {
    expect(decide({ status: 503, retryAfter: '600' }, { delivery: { ...endpoint, retriesMade: 5 } })).toMatchObject({
      kind: 'failed',
      laneWaitMs: 600_000,
    })
  })
})

describe('retry_in', () => {
  const body = bytes({ code: '503', message: 'Service Unavailable', retry_in: 20 })

  test('R26, R28: beats Retry-After, delays this delivery, and what the receiver said is reported', () => {
    expect(decide({ status: 503, retryAfter: '600', body }, { delivery: step })).toMatchObject({
      kind: 'retry',
      waitMs: 20_000,
      laneWaitMs: 600_000,
      retryInSeen: true,
      answer: { code: '503', message: 'Service Unavailable', retryInSeconds: 20 },
      reason: 'The receiver answered 503: Service Unavailable',
    })
  })

  test.each([
    ['{"code":"E1","message":"out of stock"}', 'out of stock (E1)'],
    ['{"code":"E1"}', 'E1'],
    ['{"code":503,"message":"busy"}', 'busy'],
  ])('R28: a code of the receiver’s own is said, too: %s', (text, said) => {
    const { reason } = decide({ status: 503, body: new TextEncoder().encode(text) }, { delivery: step }) as { reason: string }
    expect(reason).toBe(`The receiver answered 503: ${said}`)
  })

  test('R26: is remembered, and only Send Webhook steps obey it', () => {
    expect(decide({ status: 500 }, { delivery: { ...step, retryInSeen: true } })).toMatchObject({ retryInSeen: true })
    expect(decide({ status: 500 }, { delivery: step })).toMatchObject({ retryInSeen: false })
    expect(decide({ status: 503, body })).toMatchObject({ waitMs: 60_000, retryInSeen: false, answer: {} })
    expect(decide({ status: 503, body }, { delivery: { ...step, target: 'http_request' } })).toMatchObject({
      waitMs: 60_000,
      retryInSeen: false,
    })
  })

  test('R27: the 32nd retry is the last', () => {
    expect(decide({ status: 503, body }, { delivery: { ...step, retryInSeen: true, retriesMade: 31 } })).toMatchObject({
      kind: 'retry',
      waitMs: 20_000,
    })
    expect(decide({ status: 503, body }, { delivery: { ...step, retryInSeen: true, retriesMade: 32 } })).toMatchObject({
      kind: 'failed',
      code: 'http_503',
      exhausted: true,
    })
  })
})

describe('attempts that people ask for', () => {
  test('a resend is one attempt, and counts', () => {
    const delivery = { ...endpoint, origin: 'manual' } as const
    expect(decide({ status: 500 }, { delivery })).toMatchObject({ kind: 'failed', code: 'http_500', exhausted: false, countsAs: 'failure' })
    expect(decide({ status: 200 }, { delivery })).toMatchObject({ kind: 'delivered', countsAs: 'success' })
  })

  test.each([200, 500, 410, 429])('a test that is answered %d is not retried, counts for nothing and changes nothing', (status) => {
    const decision = decide({ status, retryAfter: '600' }, { delivery: { ...endpoint, origin: 'test' } })
    expect(decision).toMatchObject({
      kind: status === 200 ? 'delivered' : 'failed',
      countsAs: 'nothing',
      laneWaitMs: 0,
      disableEndpoint: null,
    })
  })
})

test('whatever comes back is decided: delivered only within the rule, waits whole and positive, endpoints disabled by 410 alone', () => {
  const result = fc.oneof(
    fc.record({ status: fc.integer({ min: 100, max: 999 }), retryAfter: fc.string(), body: fc.uint8Array(), hopeless: fc.constant(false) }),
    fc.record({ failureCode: fc.constantFrom('reset', 'dns_timeout', 'bad_header'), hopeless: fc.boolean() }),
  )
  const delivery = fc.record({
    target: fc.constantFrom('endpoint' as const, 'send_webhook' as const, 'http_request' as const),
    origin: fc.constantFrom('automatic' as const, 'manual' as const, 'test' as const),
    retriesMade: fc.nat(40),
    firstAttemptAt: fc.integer({ min: now - 1e9, max: now }),
    retryInSeen: fc.boolean(),
  })
  fc.assert(
    fc.property(result, delivery, (given: AttemptResult, progress) => {
      const decision = decide(given, { delivery: progress })
      const { status } = given
      expect(decision.kind === 'delivered').toBe(
        status !== undefined && (progress.target === 'send_webhook' ? [200, 204].includes(status) : status >= 200 && status <= 299),
      )
      if (decision.kind === 'retry') expect(Number.isInteger(decision.waitMs) && decision.waitMs >= 1000).toBe(true)
      if (decision.disableEndpoint === 'gone') expect(status).toBe(410)
      if (given.hopeless) expect(decision).toMatchObject({ kind: 'failed', countsAs: 'nothing' })
    }),
  )
})
