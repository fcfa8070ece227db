/**
 * Domains that are nowhere on the internet: reserved for inside (RFC 6762, RFC 8375, ICANN's `.internal`, in which clouds keep their metadata)
 * or used so everywhere. Those of Kubernetes are `.svc` and, below `.local`, the rest.
 */
const INTERNAL = ['.internal', '.local', '.localdomain', '.home.arpa', '.lan', '.home', '.corp', '.intranet', '.private', '.svc']

/**
 * What is wrong with a name that only the proxy resolves, to follow "is"; undefined if nothing can be seen in it. Where a name leads is
 * seen by the proxy alone, which has to refuse the rest.
 */
export function internalNameFault(hostname: string): string | undefined {
  const name = hostname.endsWith('.') ? hostname.slice(0, -1) : hostname
  if (!name.includes('.')) return 'a name without a domain'
  return INTERNAL.some((domain) => name.endsWith(domain)) ? 'a name of an internal network' : undefined
}
