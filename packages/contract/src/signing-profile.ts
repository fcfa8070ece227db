import { z } from 'zod'

/** How webhooks are signed. */
export const signingProfile = z.enum(['standard', 'svix', 'hex'])
