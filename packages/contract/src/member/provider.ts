import { z } from 'zod'
import { operation } from '../api/operation.ts'
import { meOut } from './session.ts'

/**
 * A provider of OpenID Connect that members may sign in with, as the sign-in page shows it.
 *
 * @example providerOut.safeParse({ id: 'acme', label: 'Acme' }).success // true
 */
export const providerOut = z.object({ id: z.string(), label: z.string().meta({ description: 'What the button says' }) })

/**
 * Where the browser goes to sign in.
 *
 * @example providerAddressOut.safeParse({ url: 'https://id.example.com/authorize?...' }).success // true
 */
export const providerAddressOut = z.object({ url: z.string() })

const CODE_MAX = 4096

/**
 * What the provider sent the browser back with.
 *
 * @example completeSignInIn.safeParse({ code: 'SplxlOBeZQQYbYS6WxSbIA', state: 'af0ifjsldkj' }).success // true
 */
export const completeSignInIn = z.strictObject({
  code: z
    .string('Give the code of the provider.')
    .min(1, 'Give the code of the provider.')
    .max(CODE_MAX, 'A code has 4,096 characters at most.'),
  state: z
    .string('Give the state of the provider.')
    .min(1, 'Give the state of the provider.')
    .max(256, 'A state has 256 characters at most.'),
  /** RFC 9207: who says so. */
  iss: z.string().max(2048, 'An issuer has 2,048 characters at most.').optional(),
})

const base = '/api/v1/session/provider'
const one = `${base}/{provider_id}` as const
const shared = { noun: 'session', scope: 'public', idempotency: 'none' } as const

/** The operations of signing in with a provider of OpenID Connect, by what they do. */
export const providerOperations = {
  listProviders: operation({
    noun: 'session',
    scope: 'public',
    id: 'v1.session.list-providers',
    method: 'GET',
    path: base,
    summary: 'List the providers that members may sign in with',
    access: 'read',
    answers: { 200: z.object({ data: z.array(providerOut) }) },
  }),
  beginSignIn: operation({
    ...shared,
    id: 'v1.session.begin-sign-in',
    method: 'POST',
    path: one,
    summary: 'Begin a sign-in with a provider: where the browser goes; what it has to bring back is a cookie',
    access: 'read',
    refuses: ['provider_unavailable', 'cross_site_refused'],
    answers: { 200: providerAddressOut },
  }),
  completeSignIn: operation({
    ...shared,
    id: 'v1.session.complete-sign-in',
    method: 'POST',
    path: `${one}/return`,
    summary: 'Complete a sign-in with what the provider sent the browser back with',
    access: 'write',
    body: completeSignInIn,
    refuses: ['sign_in_expired', 'sign_in_refused', 'no_member', 'provider_unavailable', 'cross_site_refused'],
    answers: { 201: meOut },
  }),
}
