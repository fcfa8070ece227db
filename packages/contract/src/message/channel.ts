import { z } from 'zod'

/** What a message may be said on and an endpoint may listen to, beside event types: `project_1337`. */
export const channel = z
  .string()
  .max(128, 'A channel has at most 128 characters.')
  .regex(/^[a-zA-Z0-9\-_.]+$/, 'A channel is made of letters, digits, "-", "_" and ".".')
