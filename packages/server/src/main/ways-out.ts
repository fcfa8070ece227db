import { readCertificates } from './certificates.ts'
import type { Ground } from './ground.ts'

/** Whom calls to other servers trust beside the public authorities, and the proxy they go through: as the operator says, for all of them. */
export function waysOut({ egressCa, egressProxy: url, egressProxyBypass: bypass, egressProxyResolves: resolves }: Ground['config']) {
  return {
    ca: egressCa === null ? [] : [readCertificates(egressCa, 'POSTHORN_EGRESS_CA')],
    ...(url !== null && { proxy: { url, bypass, resolves } }),
  }
}
