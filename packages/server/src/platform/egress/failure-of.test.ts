import { describe, expect, it } from 'vitest'
import { failureOf, phases, timeoutOf, type Phase } from './failure-of.ts'
import { failures, type FailureCode } from './failures.ts'

const coded = (code: string, message = 'something') => Object.assign(new Error(message), { code })

describe('the catalogue of failures', () => {
  it('explains each in one sentence, with a next step', () => {
    for (const { sentence, nextStep } of Object.values(failures)) {
      expect(sentence).toMatch(/^[A-Z].+\.$/)
      expect(nextStep).toMatch(/^[A-Z].+\.$/)
    }
  })

  it('calls hopeless only what nobody but the owner of the configuration can mend', () => {
    const hopeless = Object.entries(failures).filter(([, failure]) => failure.hopeless)
    expect(hopeless.map(([code]) => code).toSorted()).toEqual([
      'address_refused',
      'bad_header',
      'bad_url',
      'port_refused',
      'scheme_refused',
    ])
  })
})

describe('errors of the network', () => {
  it.each<[string, Phase, FailureCode]>([
    ['ECONNREFUSED', 'connect', 'connect_refused'],
    ['ETIMEDOUT', 'connect', 'connect_timeout'],
    ['EHOSTUNREACH', 'connect', 'connect_failed'],
    ['ENETUNREACH', 'connect', 'connect_failed'],
    ['ECONNRESET', 'connect', 'reset'],
    ['EMFILE', 'connect', 'no_free_connection'],
    ['ECONNRESET', 'tls', 'tls_failed'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'tls', 'tls_untrusted'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls', 'tls_untrusted'],
    ['ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', 'tls', 'tls_failed'],
    ['ETIMEDOUT', 'firstByte', 'reset'],
    ['EPIPE', 'firstByte', 'reset'],
    ['ECONNRESET', 'body', 'reset'],
  ])('%s while in %s is %s', (code, phase, expected) => {
    expect(failureOf(coded(code), phase).code).toBe(expected)
  })

  it('take the last of several addresses as the reason', () => {
    expect(failureOf(new AggregateError([coded('ENETUNREACH'), coded('ECONNREFUSED')]), 'connect').code).toBe('connect_refused')
  })

  it('are reported in one short line', () => {
    expect(failureOf(coded('X', `first line\n${'x'.repeat(1_000)}`), 'connect').detail).toBe('first line.')
    expect(failureOf(coded('X', 'x'.repeat(1_000)), 'connect').detail).toHaveLength(201)
    expect(failureOf('odd', 'connect')).toEqual({ code: 'connect_failed', detail: 'odd.' })
  })

  it('have a code for the deadline in every phase', () => {
    expect(phases.map((phase) => timeoutOf(phase, 10).code)).toEqual([
      'no_free_connection',
      'dns_timeout',
      'connect_timeout',
      'proxy_unreachable',
      'proxy_failed',
      'tls_timeout',
      'response_timeout',
      'response_timeout',
    ])
  })
})
