import { createRanges, isCidr } from './address-guard.ts'
import { isLocalhost } from './target.ts'

/** Whether a host is reached directly: by its name, or because all its addresses are in ranges that are. */
export type Bypass = (hostname: string, addresses: readonly string[]) => boolean

/** This machine, which is another one for a proxy that runs elsewhere. */
const LOOPBACK = ['127.0.0.0/8', '::1']

/** Reads `host.example`, which is that host alone, `.example`, which is all below it, addresses and CIDRs. */
export function createBypass(entries: readonly string[]): Bypass {
  const names = new Set<string>()
  const suffixes: string[] = []
  const ranges = [...LOOPBACK]
  for (const entry of entries) {
    if (isCidr(entry)) ranges.push(entry)
    else if (entry.startsWith('.')) suffixes.push(entry.toLowerCase())
    else names.add(entry.toLowerCase())
  }
  const isInRange = createRanges(ranges)
  return (hostname, addresses) => {
    const name = hostname.endsWith('.') ? hostname.slice(0, -1) : hostname
    return isLocalhost(name) || names.has(name) || suffixes.some((suffix) => name.endsWith(suffix)) || addresses.every(isInRange)
  }
}
