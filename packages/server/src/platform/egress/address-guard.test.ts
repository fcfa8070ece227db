import { describe, expect, it } from 'vitest'
import { createAddressGuard, isCidr } from './address-guard.ts'

// oxfmt-ignore
const refused = [
  // This host, loopback, private, shared, link-local
  '0.0.0.0', '0.1.2.3', '127.0.0.1', '127.255.255.254', '10.0.0.1', '10.255.255.255', '172.16.0.1', '172.31.255.255', '192.168.0.1',
  '100.64.0.1', '100.127.255.255', '169.254.0.1',
  // Cloud metadata: AWS, Azure, Alibaba, Oracle, AWS over IPv6
  '169.254.169.254', '168.63.129.16', '100.100.100.200', '192.0.0.192', 'fd00:ec2::254', 'fd20:ce::254',
  // Reserved, documentation, benchmarks, multicast, broadcast
  '192.0.0.1', '192.0.2.1', '192.31.196.1', '192.52.193.1', '192.88.99.1', '192.175.48.1', '198.18.0.1', '198.19.255.255', '198.51.100.1',
  '203.0.113.1', '224.0.0.1', '239.255.255.255', '240.0.0.1', '255.255.255.255',
  // IPv6: unspecified, loopback, IPv4 in disguise (mapped, compatible, translated)
  '::', '::1', '::ffff:127.0.0.1', '::ffff:8.8.8.8', '::ffff:a9fe:a9fe', '::7f00:1', '::8.8.8.8', '::ffff:0:127.0.0.1',
  // Tunnels: NAT64 to private, local NAT64, 6to4, Teredo, ISATAP
  '64:ff9b::127.0.0.1', '64:ff9b::10.0.0.1', '64:ff9b::169.254.169.254', '64:ff9b::168.63.129.16', '64:ff9b:1::8.8.8.8', '2002:7f00:1::',
  '2002:808:808::1', '2001:0:4136:e378::1', '2001::1', '::5efe:7f00:1', '2a00::5efe:7f00:1', '2a00::200:5efe:7f00:1',
  // Unique local, site-local, link-local, multicast, documentation, benchmarks, ORCHID, discard, SRv6, unallocated
  'fc00::1', 'fd12:3456::1', 'fec0::1', 'fe80::1', 'febf::1', 'ff02::1', 'ff0e::1', '2001:db8::1', '3fff::1', '2001:2::1', '2001:10::1',
  '2001:20::1', '100::1', '5f00::1', '4000::1', '8000::1', 'e000::1',
  // Not the text of one address
  '', 'localhost', '127.1', '0x7f000001', '2130706433', '0177.0.0.1', '127.0.0.1.', '[::1]', 'fe80::1%eth0', '1.2.3.4/8', '2606:4700::1111%1',
]

// oxfmt-ignore
const public_ = [
  '1.1.1.1', '8.8.8.8', '93.184.215.14', '100.63.255.255', '100.128.0.1', '172.15.255.255', '172.32.0.1', '192.0.1.1', '198.17.255.255',
  '198.20.0.1', '223.255.255.255', '2606:4700::1111', '2a00:1450:4001::200e', '2001:4860:4860::8888', '2620:fe::fe', '64:ff9b::8.8.8.8',
]

describe('the address guard', () => {
  const guard = createAddressGuard([])

  it.each(refused)('S1: refuses %s', (address) => {
    expect(guard.fault(address)).toEqual(expect.any(String))
  })

  it.each(public_)('lets the public address %s pass', (address) => {
    expect(guard.fault(address)).toBeUndefined()
  })

  it('lets pass what the operator allowed, in each of its spellings, and nothing beside it', () => {
    const allowing = createAddressGuard(['10.1.0.0/16', '127.0.0.1', 'fd00:1::/32'])
    expect(['10.1.2.3', '127.0.0.1', '::ffff:10.1.2.3', 'fd00:1::5'].map((address) => allowing.fault(address))).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ])
    for (const address of ['10.2.0.1', '127.0.0.2', 'fd00:2::5', '::1', '64:ff9b::10.1.2.3']) expect(allowing.fault(address)).toBeDefined()
  })

  it.each(['', '10.0.0.0/33', '10.0.0/8', 'example.com', '10.0.0.0/8/9', 'fd00::/129', '0x7f.0.0.1/8'])(
    'does not take "%s" as a CIDR',
    (text) => {
      expect(isCidr(text)).toBe(false)
      expect(() => createAddressGuard([text])).toThrow('is not a CIDR')
    },
  )
})
