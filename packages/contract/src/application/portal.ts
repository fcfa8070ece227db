import { z } from 'zod'
import { operation, timestamp } from '../api/operation.ts'

const LOGO_CHARACTERS_MAX = 100_000

const logo = z
  .string()
  .max(LOGO_CHARACTERS_MAX, 'A logo has 75 kB at most.')
  .regex(
    /^data:image\/(?:png|svg\+xml);base64,[A-Za-z0-9+/]+={0,2}$/,
    'Give the logo as data:image/png;base64,... or data:image/svg+xml;base64,...',
  )

/**
 * How the portal looks to the people of customers: the name and the logo of whose product it belongs to, and the colour of what is pressed.
 *
 * @example
 * portalLook.safeParse({ name: 'Lindqvist Supply', accent: '#7a3b1d' }).success // true
 * portalLook.safeParse({ name: 'Lindqvist Supply', accent: 'brown' }).success // false
 */
export const portalLook = z.strictObject({
  /** Stands at its top; empty: Webhooks. */
  name: z.string().max(60, 'A name has 60 characters at most.').default(''),
  logo: logo.nullable().default(null),
  /** Its lightness is moved until it can be read. */
  accent: z
    .string()
    .regex(/^#[0-9a-f]{6}$/i, 'Give a colour as #7a3b1d.')
    .nullable()
    .default(null),
  /** Where the way back leads once a link is used up. */
  returnUrl: z
    .url({ protocol: /^https?$/, error: 'Give a URL with https:// or http://.' })
    .max(2048)
    .nullable()
    .default(null),
})
/**
 * The look as it is answered, whole.
 *
 * @example portalLookOut.safeParse({ name: '', logo: null, accent: '#7a3b1d', returnUrl: null }).success // true
 */
export const portalLookOut = z.object({
  name: z.string(),
  logo: z.string().nullable(),
  accent: z.string().nullable(),
  returnUrl: z.string().nullable(),
})
/** The look of the portal. */
export type PortalLook = z.output<typeof portalLookOut>

/**
 * The token of a link to the portal: the part of its address behind `#`.
 *
 * @example portalLinkIn.safeParse({ token: 'php_...' }).success // true
 */
export const portalLinkIn = z.strictObject({
  token: z
    .string('Give the token of the link, the part behind its #.')
    .regex(/^[\w.-]+$/, 'Give the token of the link, the part behind its #.')
    .max(256, 'The token of a link has 256 characters at most.'),
})

/**
 * What a link to the portal is exchanged for, once: a key for the page that opened it.
 *
 * @example portalSessionOut.safeParse({ token: 'phk_...', expiresAt: '2026-11-30T12:00:00.000Z' }).success // true
 */
export const portalSessionOut = z.object({ token: z.string(), expiresAt: timestamp })

const noun = 'portal'

/** The operations on the portal, by what they do. */
export const portalOperations = {
  redeemLink: operation({
    id: 'v1.portal.redeem-link',
    method: 'POST',
    path: '/api/v1/portal/session',
    summary: 'Exchange the link to a portal for a key of its application; a link works once',
    noun,
    scope: 'public',
    access: 'write',
    idempotency: 'none',
    body: portalLinkIn,
    refuses: ['link_used_up', 'cross_site_refused'],
    answers: { 201: portalSessionOut },
  }),
  getLook: operation({
    id: 'v1.portal.get-look',
    method: 'GET',
    path: '/api/v1/portal/look',
    summary: 'Get how the portal looks',
    noun,
    scope: 'public',
    access: 'read',
    answers: { 200: portalLookOut },
  }),
  putLook: operation({
    id: 'v1.portal.put-look',
    method: 'PUT',
    path: '/api/v1/portal/look',
    summary: 'Set how the portal looks',
    noun,
    scope: 'organisation',
    access: 'write',
    body: portalLook,
    answers: { 200: portalLookOut },
  }),
}
