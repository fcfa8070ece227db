import { expect, test } from 'vitest'
import { readHeaders } from '../request/headers.ts'
import { callerOf, compileAddresses } from './addresses.ts'

const call = (address: string, headers: string[], trusted: string[] = []) =>
  callerOf({ address, encrypted: false }, readHeaders(headers), compileAddresses(trusted))

test('matches addresses and ranges of both families', () => {
  const matches = compileAddresses(['192.0.2.0/24', '198.51.100.7', '2001:db8::/32'])
  for (const inside of ['192.0.2.1', '192.0.2.255', '198.51.100.7', '2001:db8::1', '::ffff:192.0.2.1'])
    expect(matches(inside), inside).toBe(true)
  for (const outside of ['192.0.3.1', '198.51.100.8', '2001:db9::1', '', 'x', '192.0.2.1:80']) expect(matches(outside), outside).toBe(false)
  expect(compileAddresses([])('192.0.2.1')).toBe(false)
})

test('S25: without a trusted proxy, 1,000 made-up X-Forwarded-For are one caller', () => {
  const seen = new Set(
    Array.from({ length: 1000 }, (_, i) => call('203.0.113.9', ['X-Forwarded-For', `10.0.${i >> 8}.${i & 255}`]).address),
  )
  expect([...seen]).toEqual(['203.0.113.9'])
})

test('S25: reads X-Forwarded-For from its end, past trusted proxies only', () => {
  const trusted = ['127.0.0.1', '10.0.0.0/8']
  expect(call('127.0.0.1', ['X-Forwarded-For', '1.1.1.1, 203.0.113.9, 10.0.0.2'], trusted).address).toBe('203.0.113.9')
  expect(call('127.0.0.1', ['X-Forwarded-For', '1.1.1.1', 'X-Forwarded-For', '203.0.113.9'], trusted).address).toBe('203.0.113.9')
  expect(call('127.0.0.1', ['X-Forwarded-For', '203.0.113.9, junk'], trusted).address).toBe('127.0.0.1')
  expect(call('127.0.0.1', [], trusted).address).toBe('127.0.0.1')
  expect(call('127.0.0.1', ['X-Forwarded-For', '10.0.0.1, 10.0.0.2'], trusted).address).toBe('10.0.0.1')
})

test('one caller has one name, with or without port, brackets and IPv6 dress', () => {
  const trusted = ['127.0.0.1']
  expect(call('::ffff:203.0.113.9', []).address).toBe('203.0.113.9')
  expect(call('127.0.0.1', ['X-Forwarded-For', '203.0.113.9:4711'], trusted).address).toBe('203.0.113.9')
  expect(call('127.0.0.1', ['X-Forwarded-For', '[2001:db8::1]:4711'], trusted).address).toBe('2001:db8::1')
})

test('believes X-Forwarded-Proto of a trusted proxy only', () => {
  expect(call('127.0.0.1', ['X-Forwarded-Proto', 'https'], ['127.0.0.1']).https).toBe(true)
  expect(call('127.0.0.1', ['X-Forwarded-Proto', 'http'], ['127.0.0.1']).https).toBe(false)
  expect(call('203.0.113.9', ['X-Forwarded-Proto', 'https'], ['127.0.0.1']).https).toBe(false)
})
