import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { failures } from '#platform'
import { deliveryFailures, statusNextSteps } from './delivery-failures.ts'
import { explainFailure, failureCatalogue } from './explain-failure.ts'

const isSentence = /^[A-Z"'].*[.!]$/

describe('every class of failure', () => {
  it.each(Object.keys(failureCatalogue))('%s has a reason and a next step in plain words', (code) => {
    const { reason, nextStep } = explainFailure(code, null)
    expect(reason).toMatch(isSentence)
    expect(nextStep).toMatch(isSentence)
    expect(`${reason} ${nextStep}`).not.toMatch(/\b(ECONN|undefined|null\b.*null|E[A-Z]{4,}|UND_)/)
    expect(nextStep).not.toBe(reason)
    expect(explainFailure(code, 'After 100 ms nothing had come.').reason).toContain('After 100 ms nothing had come.')
  })

  it('is in one catalogue only', () => {
    expect(Object.keys(failures).filter((code) => code in deliveryFailures)).toEqual([])
  })

  it('covers DNS, refusals, timeouts by phase, TLS by kind, redirects, sizes and the guard', () => {
    const promised = [
      ...['dns_not_found', 'dns_failed', 'connect_refused', 'connect_failed', 'reset'],
      ...['dns_timeout', 'connect_timeout', 'tls_timeout', 'response_timeout', 'no_free_connection'],
      ...['tls_expired', 'tls_self_signed', 'tls_untrusted', 'tls_wrong_host', 'tls_protocol', 'tls_failed'],
      ...['redirect', 'response_headers_too_large', 'response_malformed', 'transformation_too_large'],
      ...['address_refused', 'port_refused', 'scheme_refused', 'bad_url', 'bad_header'],
      ...['proxy_unreachable', 'proxy_refused', 'proxy_failed', 'proxy_no_way'],
    ]
    expect(promised.filter((code) => !(code in failureCatalogue))).toEqual([])
  })

  it('knows every code that this room ends deliveries with', () => {
    const source = ['deliver', 'settlements', 'cut-off']
      .map((name) => readFileSync(new URL(`./${name}.ts`, import.meta.url), 'utf8'))
      .join('')
    const codes = [...source.matchAll(/(?:cancelled|hopeless)\(task, '(\w+)'/g)].map(([, code]) => code!)
    expect(codes.length).toBeGreaterThanOrEqual(5)
    expect(codes.filter((code) => !(code in failureCatalogue))).toEqual([])
  })
})

describe('statuses of the receiver', () => {
  it('all have a reason and a next step', () => {
    for (let status = 100; status <= 599; status++) {
      const { reason, nextStep } = explainFailure(`http_${status}`, null)
      expect(reason).toBe(`The receiver answered ${status}.`)
      expect(nextStep, String(status)).toMatch(isSentence)
    }
  })

  it.each([304, 400, 401, 403, 404, 405, 408, 410, 413, 415, 422, 429, 500, 502, 503, 504])('%i has a next step of its own', (status) => {
    const steps = Object.values(statusNextSteps)
    expect(steps.filter((step) => step === statusNextSteps[status])).toHaveLength(1)
  })

  it('R77: 410 says what disables an endpoint, and does not say so of a test, which disables none', () => {
    expect(explainFailure('http_410', null).nextStep).toContain('Any delivery but a test disables its endpoint')
  })

  it('keep what the receiver said', () => {
    expect(explainFailure('http_422', 'The receiver answered 422: amount is missing').reason).toBe(
      'The receiver answered 422: amount is missing',
    )
    expect(explainFailure('redirect', 'The receiver answered 302; redirects are not followed.').reason).toBe(
      'The receiver answered 302; redirects are not followed.',
    )
  })
})

it('a code of another version is explained too', () => {
  expect(explainFailure('constructor', null)).toMatchObject({ reason: 'The delivery failed.', nextStep: expect.stringMatching(isSentence) })
  expect(explainFailure('of_tomorrow', 'It was so.').reason).toBe('The delivery failed. It was so.')
})
