import { BlockList, isIP, isIPv6 } from 'node:net'
import ipaddr from 'ipaddr.js'
import { firstHeader, type Headers } from '../request/headers.ts'

/** Whether an address is among those that were listed. */
export type AddressMatcher = (address: string) => boolean

/** Of addresses and ranges, both families; an IPv4 address also matches in its IPv6 form. Throws for what is neither. */
export function compileAddresses(list: readonly string[]): AddressMatcher {
  if (list.length === 0) return () => false
  const known = new BlockList()
  for (const entry of list) {
    const [address = '', bits] = entry.split('/')
    const family = familyOf(address)
    if (family === undefined) throw new Error(`"${entry}" is neither an address nor a range`)
    if (bits === undefined) known.addAddress(address, family)
    else known.addSubnet(address, Number(bits), family)
  }
  return (address) => {
    const family = familyOf(address)
    return family !== undefined && known.check(address, family)
  }
}

function familyOf(address: string): 'ipv4' | 'ipv6' | undefined {
  const version = isIP(address)
  return version === 4 ? 'ipv4' : version === 6 ? 'ipv6' : undefined
}

export interface Caller {
  readonly address: string
  readonly https: boolean
}

/**
 * Who called. X-Forwarded-For is read from its end, and only as long as whoever wrote the entry is a trusted proxy: everything
 * before that anybody could have written. X-Forwarded-Proto counts only if the connection itself is a trusted proxy's.
 */
export function callerOf(remote: { address: string | undefined; encrypted: boolean }, headers: Headers, trusted: AddressMatcher): Caller {
  let address = plainAddress(remote.address ?? '')
  if (!trusted(address)) return { address, https: remote.encrypted }
  const https = remote.encrypted || firstHeader(headers, 'x-forwarded-proto')?.split(',')[0]?.trim().toLowerCase() === 'https'
  const hops = (headers['x-forwarded-for'] ?? []).join(',').split(',')
  for (let i = hops.length - 1; i >= 0 && trusted(address); i--) {
    const hop = plainAddress(hops[i]!.trim())
    if (isIP(hop) === 0) break
    address = hop
  }
  return { address, https }
}

/** Without the port or brackets that some proxies add, and IPv4 without its IPv6 dress, so that one caller has one name. */
function plainAddress(text: string): string {
  if (!text.includes(':')) return text
  const bare = /^\[([^\]]+)\](?::\d+)?$/.exec(text)?.[1] ?? /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(text)?.[1] ?? text
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(bare)?.[1] ?? bare
}

/** Whose address it is, for what is counted by caller: of IPv6 one has a whole /64 to call from. */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address
  return Buffer.from(ipaddr.parse(address).toByteArray().slice(0, 8)).toString('hex')
}
