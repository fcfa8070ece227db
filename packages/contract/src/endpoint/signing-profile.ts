import { z } from 'zod'

/**
 * How webhooks are signed: as Standard Webhooks say it, the same under the header names of Svix, or in plain hexadecimal HMAC.
 *
 * @example signingProfile.options // ['standard', 'svix', 'hex']
 */
export const signingProfile = z.enum(['standard', 'svix', 'hex'])
