import { expect, test } from 'vitest'
import { openIngestHarness } from '../../../../../test/support/ingest-harness.ts'
import { compileAddresses } from '../gate/addresses.ts'
import { rangesAllowed } from './published-ranges.ts'
import { allSystems, systemOf } from './registry.ts'

test('a listener lets in whom the published ranges of a system hold, beside the addresses that it names', async () => {
  await using harness = await openIngestHarness({ settings: { trustedProxies: ['127.0.0.1'] } })
  const allowedIps = ['preset:github', '192.0.2.7']
  await harness.addListener({ name: 'Orders', suffix: '/orders', auth: { kind: 'none' }, allowedIps })
  const from = async (address: string) =>
    (await harness.send('POST', '/in/default/orders', { body: '{}', headers: { 'x-forwarded-for': address } })).status
  expect(await Promise.all(['192.30.252.1', '9.234.98.175', '2606:50c0::1', '192.0.2.7'].map(from))).toEqual([202, 202, 202, 202])
  expect(await Promise.all(['192.30.251.255', '9.234.98.192', '2606:50c1::1', '192.0.2.8'].map(from))).toEqual([403, 403, 403, 403])
})

test('a system without published ranges, or none, lets nobody in', () => {
  for (const preset of ['preset:zoom', 'preset:none-such']) expect(rangesAllowed([preset], systemOf)).toEqual([])
  expect(compileAddresses(rangesAllowed(['preset:zoom'], systemOf))('192.0.2.1')).toBe(false)
})

test('every published range can be matched, and says its day', async () => {
  const published = (await allSystems()).flatMap(({ name, addresses }) => (addresses === null ? [] : [{ name, ...addresses }]))
  expect(published.length).toBeGreaterThanOrEqual(4)
  for (const { name, ranges, asOf } of published) {
    expect(new Set(ranges).size, name).toBe(ranges.length)
    expect(
      ranges.map((range) => compileAddresses([range])(range.split('/')[0]!)),
      name,
    ).toEqual(ranges.map(() => true))
    expect(Date.parse(asOf), name).toBeGreaterThan(Date.parse('2026-01-01'))
  }
})
