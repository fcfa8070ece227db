import { z } from 'zod'
import { headerName } from './signed-auth.ts'

/**
 * The algorithms that a JWT may be signed with.
 *
 * @example jwtAlgorithms.includes('none') // false
 */
export const jwtAlgorithms = ['HS256', 'HS384', 'HS512', 'RS256', 'RS384', 'RS512', 'PS256', 'ES256', 'ES384', 'EdDSA'] as const

/** A token in a header. `secrets`: up to ten of them, or none. */
export function jwtAuth<Secrets extends z.ZodType<readonly unknown[]>>(secrets: Secrets) {
  return z
    .strictObject({
      kind: z.literal('jwt'),
      /** The header with the token; in `Authorization` it stands behind "Bearer". */
      header: headerName.default('Authorization'),
      /** Shared secrets, or public keys in PEM; none where a key set has them. */
      secrets,
      /** Where the public keys of the sender stand (a JWKS); fetched through the egress guard, and kept for a while. */
      keySetUrl: z
        .url({ protocol: /^https$/, error: 'The key set stands at an https URL.' })
        .max(2000)
        .optional(),
      algorithms: z.array(z.enum(jwtAlgorithms)).min(1).optional(),
      issuer: z.string().min(1).max(500).optional(),
      audience: z.string().min(1).max(500).optional(),
      /** A claim that holds the digest of the body; without one the token says nothing of it. */
      bodyHash: z
        .strictObject({
          claim: z.string().min(1).max(100),
          algorithm: z.enum(['sha256', 'sha384', 'sha512']).default('sha256'),
          encoding: z.enum(['hex', 'base64', 'base64url']).default('hex'),
        })
        .nullable()
        .default(null),
    })
    .superRefine((auth, context) => {
      const { secrets: shared, keySetUrl } = auth as { secrets: readonly unknown[]; keySetUrl?: string }
      if (shared.length > 0 === (keySetUrl === undefined)) return
      const message = 'Give secrets, or the URL of a key set: one of the two.'
      context.addIssue({ code: 'custom', message, path: ['secrets'] })
    })
}
