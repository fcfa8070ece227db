import { describe, expect, it } from 'vitest'
import { startForwardProxy } from '../../../../../test/support/forward-proxy.ts'
import { createFakeClock } from '../testing/fake-clock.ts'
import { createCollectingLog } from '../testing/logs.ts'
import type { FailureCode } from './failures.ts'
import { failureOf } from './failure-of.ts'
import { HostsReached } from './hosts-reached.ts'
import { gist, post, startEgress, startReceiver } from './test-receiver.ts'
import { WaysOut } from './ways-out.ts'

const MINUTE_MS = 60_000
const THREE_DAYS_MS = 3 * 24 * 60 * MINUTE_MS
const PUBLIC = ['93.184.215.14']
const PRIVATE = ['10.1.2.3']

function openWays() {
  const clock = createFakeClock()
  const log = createCollectingLog()
  const ways = new WaysOut({ clock, log, proxy: undefined, internet: new HostsReached(clock) })
  return {
    clock,
    log,
    reach: (hostname: string, addresses: readonly string[]) => ways.to(hostname, addresses).note(hostname, clock.monotonic()),
    isInDoubt: (hostname: string, addresses: readonly string[], code: FailureCode = 'connect_timeout') =>
      ways.mayHaveFailed(hostname, addresses, { code, detail: 'Why.' }),
  }
}

describe('a failure without an answer', () => {
  it('is in doubt until another host is reached, and from a minute after', () => {
    const { clock, reach, isInDoubt } = openWays()
    expect(isInDoubt('dead.example', PUBLIC)).toBe(true)
    reach('dead.example', PUBLIC)
    expect(isInDoubt('dead.example', PUBLIC)).toBe(true)
    reach('lives.example', PUBLIC)
    expect(isInDoubt('dead.example', PUBLIC)).toBe(false)
    expect(isInDoubt('lives.example', PUBLIC)).toBe(false)
    clock.advance(MINUTE_MS - 1)
    reach('lives.example', PUBLIC)
    expect(isInDoubt('dead.example', PUBLIC)).toBe(false)
    clock.advance(1)
    expect(isInDoubt('lives.example', PUBLIC)).toBe(true)
    expect(isInDoubt('dead.example', PUBLIC)).toBe(false)
    clock.advance(MINUTE_MS)
    expect(isInDoubt('dead.example', PUBLIC)).toBe(true)
  })

  it('is the host’s again when nobody was reached for three days', () => {
    const { clock, reach, isInDoubt } = openWays()
    clock.advance(THREE_DAYS_MS - 1)
    expect(isInDoubt('dead.example', PUBLIC)).toBe(true)
    reach('dead.example', PUBLIC)
    clock.advance(THREE_DAYS_MS - 1)
    expect(isInDoubt('dead.example', PUBLIC)).toBe(true)
    clock.advance(1)
    expect(isInDoubt('dead.example', PUBLIC)).toBe(false)
  })

  it('is judged by the internet or by networks inside alone, a name that is not resolved by the internet', () => {
    const { reach, isInDoubt } = openWays()
    reach('erp.example', PRIVATE)
    expect([isInDoubt('dead.example', PUBLIC), isInDoubt('dead.example', [], 'dns_failed')]).toEqual([true, true])
    expect(isInDoubt('dead.example', PRIVATE)).toBe(false)
    reach('lives.example', PUBLIC)
    expect([isInDoubt('dead.example', PUBLIC), isInDoubt('dead.example', [], 'dns_failed')]).toEqual([false, false])
  })

  it.each<[FailureCode, boolean]>([
    ['dns_failed', true],
    ['dns_timeout', true],
    ['connect_failed', true],
    ['no_free_connection', true],
    ['dns_not_found', false],
    ['connect_refused', false],
    ['reset', false],
    ['tls_failed', false],
    ['response_timeout', false],
  ])('%s is one: %s', (code, isOne) => {
    expect(openWays().isInDoubt('dead.example', PUBLIC, code)).toBe(isOne)
  })

  it('is logged once a minute for each code', () => {
    const { clock, log, isInDoubt } = openWays()
    for (let i = 0; i < 3; i++) isInDoubt('dead.example', PUBLIC)
    clock.advance(MINUTE_MS)
    isInDoubt('dead.example', PUBLIC)
    isInDoubt('dead.example', PUBLIC, 'connect_refused')
    expect(log.entries.map(({ event, fields }) => [event, fields])).toEqual([
      ['egress.reach.lost', { code: 'connect_timeout', detail: 'Why.' }],
      ['egress.reach.lost', { code: 'connect_timeout', detail: 'Why.', leftOut: 2 }],
    ])
  })
})

it('a machine that is out of descriptors is to blame, whoever else was reached', () => {
  const clock = createFakeClock()
  const ways = new WaysOut({ clock, log: undefined, proxy: undefined, internet: new HostsReached(clock) })
  ways.to('lives.example', PUBLIC).note('lives.example', clock.monotonic())
  const failure = failureOf(Object.assign(new Error('connect EMFILE'), { code: 'EMFILE' }), 'connect')
  expect(ways.mayHaveFailed('dead.example', PUBLIC, failure)).toBe(true)
})

it('a call says that it is in doubt until another host has answered, without a proxy', async () => {
  await using receiver = await startReceiver()
  await using egress = startEgress()
  // To everybody on this machine there is no connection, which it says itself.
  const away = () => post(egress, 'http://127.255.255.255:8080/', { timeoutMs: 300 })
  expect(await away()).toMatchObject({ code: expect.stringMatching(/^connect_(failed|timeout)$/), mayBeOurs: true })
  expect(gist(await post(egress, receiver.url))).toBe(200)
  expect(await away()).not.toHaveProperty('mayBeOurs')
})

it('answers over a connection that is kept show that the way out works', async () => {
  const clock = createFakeClock()
  await using receiver = await startReceiver()
  await using proxy = await startForwardProxy()
  await using egress = startEgress({ clock, lookup: async () => PUBLIC, proxy: { url: `http://127.0.0.1:${proxy.port}` } })
  const at = (host: string) => post(egress, `http://${host}:${receiver.port}/`)
  expect(gist(await at('kept.example'))).toBe(200)
  clock.advance(MINUTE_MS)
  expect(gist(await at('kept.example'))).toBe(200)
  expect(proxy.accepted).toBe(1)
  proxy.refuse(() => 'HTTP/1.1 503 Service Unavailable\r\n\r\n')
  expect(gist(await at('dead.example'))).toBe('proxy_no_way')
})
