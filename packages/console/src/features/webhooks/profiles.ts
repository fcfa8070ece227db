import { retryPresets } from '@posthorn/sdk'
import { retryWords } from './retry-words.ts'

/** How a webhook can be signed. */
export const profiles = [
  { value: 'standard', label: 'Standard Webhooks' },
  { value: 'svix', label: 'Svix' },
  { value: 'hex', label: 'Hexadecimal HMAC' },
] as const

/** The retry policies that have a name, each with its schedule in words. */
export const presets = (Object.keys(retryPresets) as (keyof typeof retryPresets)[]).map((name) => ({
  value: name,
  label: `${name.charAt(0).toUpperCase()}${name.slice(1)}: ${retryWords(name)}`,
}))
