import { z } from 'zod'

const NAMES_MAX = 20

const domain = z
  .string('must be a domain, such as lindqvist.example')
  .trim()
  .toLowerCase()
  .regex(/^[a-z0-9](?:[a-z0-9.-]{0,250}[a-z0-9])?$/, 'must be a domain, such as lindqvist.example')

/** Plain HTTP gives the client's secret away; on this machine nobody listens. */
const issuer = z.string('must be the address of the provider').refine((value) => {
  const url = URL.parse(value)
  if (url === null || url.username !== '' || url.password !== '' || /[?#]/.test(value)) return false
  return url.protocol === 'https:' || (url.protocol === 'http:' && /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname))
}, 'must be a URL that begins with https://, without credentials, a query and a fragment; http:// is taken on this machine only')

const word = (max: number) => z.string('must be text').min(1, 'is empty').max(max, `is longer than ${max} characters`)

const provider = z
  .strictObject({
    id: z
      .string('must be text')
      .regex(
        /^[a-z][a-z0-9-]{0,31}$/,
        'must be small letters, digits and hyphens; it stands in the address that the provider sends people back to',
      ),
    label: word(60),
    issuer,
    clientId: word(512),
    /** Absent: a public client, which shows by PKCE alone that it is the same one. */
    clientSecret: word(4096).optional(),
    scopes: z.array(word(120), 'must be a list').max(NAMES_MAX).default(['openid', 'email', 'profile']),
    /** Whose addresses it may vouch for; none: any. */
    domains: z.array(domain, 'must be a list').max(100).default([]),
    /** What somebody becomes who is no member yet; null: members are invited. */
    newMembers: z.enum(['operator', 'viewer'], 'must be operator or viewer').nullable().default(null),
  })
  .refine(({ scopes }) => scopes.includes('openid'), { path: ['scopes'], message: 'must have openid among them' })
  .refine(({ newMembers, domains }) => newMembers === null || domains.length > 0, {
    path: ['newMembers'],
    message: 'needs domains: without them whoever has an account there would be let in',
  })

const providers = z
  .array(provider, 'must be a list of providers; in the environment, as JSON')
  .max(NAMES_MAX, `has at most ${NAMES_MAX} providers`)
  .refine((list) => new Set(list.map(({ id }) => id)).size === list.length, 'has the same id twice')

/** With each fault where it is: the settings are read by people who have several of these. */
export const signInProviders = z.unknown().transform((value, context): z.output<typeof providers> => {
  const parsed = providers.safeParse(fromText(value))
  if (parsed.success) return parsed.data
  for (const { path, message } of parsed.error.issues) {
    const place = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('')
    context.addIssue({ code: 'custom', message: place === '' ? message : `${place.replace(/^\./, '')} ${message}` })
  }
  return z.NEVER
})

function fromText(value: unknown): unknown {
  if (typeof value !== 'string') return value
  try {
    return JSON.parse(value)
  } catch {
    return undefined
  }
}
