import { readCertificates } from './certificates.ts'
import type { Ground } from './ground.ts'

/** Whom calls to other servers trust beside the public authorities, and the proxy they go through, as the operator says; and where they say what keeps them from going. */
export function waysOut({
  config: { egressCa, egressProxy: url, egressProxyBypass: bypass, egressProxyResolves: resolves },
  log,
}: Pick<Ground, 'config' | 'log'>) {
  return {
    ca: egressCa === null ? [] : [readCertificates(egressCa, 'POSTHORN_EGRESS_CA')],
    ...(url !== null && { proxy: { url, bypass, resolves } }),
    log,
  }
}
