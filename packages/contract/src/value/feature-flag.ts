import { z } from 'zod'

/** The name of a feature: an event type with one is seen by keys of applications that were given it. */
export const featureFlag = z
  .string()
  .max(256, 'A feature flag has at most 256 characters.')
  .regex(/^[a-zA-Z0-9\-_.]+$/, 'A feature flag is made of letters, digits, "-", "_" and ".".')

export const featureFlags = z.array(featureFlag).max(100, 'Name at most 100 feature flags.')
