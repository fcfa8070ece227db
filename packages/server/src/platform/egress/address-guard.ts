import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

/**
 * Judges addresses, never names or text: what the URL parser or the resolver gave. A public unicast address passes, and what the
 * operator allowed; everything else is refused, so that a form nobody thought of fails closed.
 */
export interface AddressGuard {
  /** What is wrong with the address, to follow "is" in a sentence; undefined if it may be connected to. */
  fault(address: string): string | undefined
}

type Network = readonly [cidr: string, what: string]

/** IANA's special-purpose registry for IPv4, and the addresses where clouds keep their metadata outside it. */
const refusedV4: readonly Network[] = [
  ['0.0.0.0/8', 'this host itself'],
  ['10.0.0.0/8', 'a private address'],
  ['100.64.0.0/10', 'a carrier-internal address'],
  ['127.0.0.0/8', 'a loopback address'],
  ['169.254.0.0/16', 'a link-local address'],
  ['172.16.0.0/12', 'a private address'],
  ['192.0.0.0/24', 'a reserved address'],
  ['192.0.2.0/24', 'an address for documentation'],
  ['192.31.196.0/24', 'a reserved address'],
  ['192.52.193.0/24', 'a reserved address'],
  ['192.88.99.0/24', 'a tunnel address'],
  ['192.168.0.0/16', 'a private address'],
  ['192.175.48.0/24', 'a reserved address'],
  ['198.18.0.0/15', 'an address for benchmarks'],
  ['198.51.100.0/24', 'an address for documentation'],
  ['203.0.113.0/24', 'an address for documentation'],
  ['224.0.0.0/4', 'a multicast address'],
  ['240.0.0.0/4', 'a reserved address'],
  ['168.63.129.16/32', 'a cloud metadata address'],
]

/** Within 2000::/3, the only part of IPv6 that is public. Outside it only vetted NAT64 passes. */
const refusedV6: readonly Network[] = [
  ['2001::/23', 'a tunnel or reserved address'],
  ['2001:db8::/32', 'an address for documentation'],
  ['2002::/16', 'a tunnel address'],
  ['2620:4f:8000::/48', 'a reserved address'],
  ['3fff::/20', 'an address for documentation'],
]

/** Only for the reason: all of these lie outside 2000::/3 and are refused anyway. */
const namedV6: readonly Network[] = [
  ['::1/128', 'a loopback address'],
  ['::/8', 'a reserved address or an IPv4 address in disguise'],
  ['64:ff9b:1::/48', 'a local translation address'],
  ['fc00::/7', 'a private address'],
  ['fe80::/10', 'a link-local address'],
  ['fec0::/10', 'a private address'],
  ['ff00::/8', 'a multicast address'],
]

type Parsed = ReturnType<typeof ipaddr.parse>
type Range = { readonly base: Parsed; readonly bits: number; readonly what: string }

const rangesV4 = refusedV4.map(toRange)
const rangesV6 = refusedV6.map(toRange)
const namesV6 = namedV6.map(toRange)
const publicV6 = toRange(['2000::/3', 'public'])
const nat64 = toRange(['64:ff9b::/96', 'NAT64'])

/** `allow` holds CIDRs or single addresses that pass whatever they are; throws on one that cannot be read. */
export function createAddressGuard(allow: readonly string[]): AddressGuard {
  const allowed = allow.map(rangeOf)
  return {
    fault(address) {
      // ipaddr.js also reads octal, hexadecimal and shortened forms, which no resolver gives. A zone is only for link-local addresses.
      const version = isIP(address)
      if (version === 0 || address.includes('%')) return 'not an address'
      const parsed = ipaddr.process(address)
      if (allowed.some((range) => contains(range, parsed))) return undefined
      if (parsed.kind() === 'ipv4') {
        return version === 6 ? 'an IPv4 address in disguise' : rangesV4.find((range) => contains(range, parsed))?.what
      }
      return faultV6(parsed as ipaddr.IPv6)
    },
  }
}

/** True for text that `createAddressGuard` can read, for the check of the configuration. */
export function isCidr(text: string): boolean {
  return isIP(text) !== 0 || (isIP(text.split('/', 1)[0]!) !== 0 && ipaddr.isValidCIDR(text))
}

/** Whether an address is one of these or lies in one of these CIDRs; false for what is no address. Throws on a text that cannot be read. */
export function createRanges(texts: readonly string[]): (address: string) => boolean {
  const ranges = texts.map(rangeOf)
  return (address) => {
    if (isIP(address) === 0) return false
    const parsed = ipaddr.process(address)
    return ranges.some((range) => contains(range, parsed))
  }
}

function faultV6(parsed: ipaddr.IPv6): string | undefined {
  const bytes = parsed.toByteArray()
  if (contains(nat64, parsed)) {
    // On an IPv6-only network DNS64 gives every IPv4 host this form, so it is judged by the address within.
    const within = ipaddr.fromByteArray(bytes.slice(12))
    return rangesV4.find((range) => contains(range, within))?.what
  }
  if (!contains(publicV6, parsed)) return (namesV6.find((range) => contains(range, parsed)) ?? { what: 'a reserved address' }).what
  // ISATAP: ::0:5efe:a.b.c.d or ::200:5efe:a.b.c.d under any prefix tunnels to the IPv4 address within.
  if ((bytes[8]! & 0xfd) === 0 && bytes[9] === 0 && bytes[10] === 0x5e && bytes[11] === 0xfe) return 'a tunnel address'
  return rangesV6.find((range) => contains(range, parsed))?.what
}

function rangeOf(text: string): Range {
  return toRange([text.includes('/') ? text : `${text}/${isIP(text) === 6 ? 128 : 32}`, 'in a range'])
}

function toRange([cidr, what]: Network): Range {
  if (!isCidr(cidr)) throw new Error(`"${cidr}" is not a CIDR such as 10.0.0.0/8 or fd00::/8`)
  const [base, bits] = ipaddr.parseCIDR(cidr)
  return { base, bits, what }
}

function contains({ base, bits }: Range, address: Parsed): boolean {
  return base.kind() === address.kind() && (address as ipaddr.IPv4).match(base as ipaddr.IPv4, bits)
}
