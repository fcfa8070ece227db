import { expect, it } from 'vitest'
import { createBypass } from './proxy-bypass.ts'

const entries = ['host.example', '.Corp.example', '10.0.0.0/8', '192.0.2.7', 'fd00::/8']

it.each([
  ['host.example', ['93.184.215.14'], true],
  ['host.example.', ['93.184.215.14'], true],
  ['a.host.example', ['93.184.215.14'], false],
  ['otherhost.example', ['93.184.215.14'], false],
  ['a.corp.example', ['93.184.215.14'], true],
  ['a.b.corp.example', ['93.184.215.14'], true],
  ['corp.example', ['93.184.215.14'], false],
  ['notcorp.example', ['93.184.215.14'], false],
  ['10.1.2.3', ['10.1.2.3'], true],
  ['inside.example', ['10.1.2.3'], true],
  ['inside.example', ['10.1.2.3', '192.0.2.7', 'fd00::5'], true],
  ['both.example', ['10.1.2.3', '93.184.215.14'], false],
  ['192.0.2.8', ['192.0.2.8'], false],
  // The proxy resolves, and no address is known.
  ['inside.example', ['inside.example'], false],
  ['10.0.0.0.example', ['10.0.0.0.example'], false],
  // This machine is not the proxy's.
  ['localhost', ['127.0.0.1'], true],
  ['a.localhost.', ['a.localhost.'], true],
  ['127.0.0.1', ['127.0.0.1'], true],
  ['::1', ['::1'], true],
  ['loops.example', ['127.0.0.5'], true],
])('%s at %j is reached directly: %s', (hostname, addresses, direct) => {
  expect(createBypass(entries)(hostname, addresses)).toBe(direct)
})
