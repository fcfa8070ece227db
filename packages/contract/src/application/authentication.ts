import { z } from 'zod'
import { applicationAsGiven, applicationIn } from './application.ts'
import { featureFlags } from '../value/feature-flag.ts'
import { operation } from '../api/operation.ts'

const HOUR = 3600
const gracePeriod = 'Keys end within 0 to 604800 seconds (7 days).'
const sessionId = z.string().max(256, 'A session id has at most 256 characters.')
const expirySentence = 'A portal key is valid for 3600 (an hour) to 604800 (7 days) seconds.'

/**
 * What a visitor of a portal may do, as Svix cuts it.
 *
 * @example portalCapabilities.includes('ViewBase') // true
 */
export const portalCapabilities = [
  'ViewBase',
  'ViewEndpointSecret',
  'ManageEndpointSecret',
  'ManageTransformations',
  'CreateAttempts',
  'ManageEndpoint',
] as const

/**
 * What a link to the App Portal may do, and for how long: 3,600 (an hour) to 604,800 (7 days) seconds.
 *
 * @example
 * appPortalAccessIn.safeParse({ expiry: 3600, readOnly: true }).success // true
 * appPortalAccessIn.safeParse({ expiry: 60 }).success // false
 */
export const appPortalAccessIn = z.strictObject({
  /** Made on the way if the path names none: its uid is the one in the path. */
  application: applicationIn.nullish(),
  featureFlags: featureFlags.nullish(),
  /** Seconds. */
  expiry: z
    .int()
    .min(HOUR, expirySentence)
    .max(7 * 24 * HOUR, expirySentence)
    .nullish(),
  readOnly: z.boolean().nullish(),
  /** A key reads, or reads and writes: `["ViewBase"]`, or all of them. */
  capabilities: z.array(z.enum(portalCapabilities)).nullish(),
  /** Stands in the name of the key. */
  sessionId: sessionId.nullish(),
})

/**
 * The link, which opens the portal once, and a key that may do the same.
 *
 * @example appPortalAccessOut.safeParse({ url: 'https://hooks.example.com/portal#php_...', token: 'phk_...' }).success // true
 */
export const appPortalAccessOut = z.object({ url: z.string(), token: z.string() })

const noun = 'authentication'

/** The operations on the keys of portals. */
export const authenticationOperations = {
  appPortalAccess: operation({
    id: 'v1.authentication.app-portal-access',
    method: 'POST',
    path: '/api/v1/auth/app-portal-access/{app_id}',
    summary: 'Make a link to the portal of an application, and a key that may do the same',
    noun,
    scope: 'organisation',
    access: 'write',
    body: appPortalAccessIn.extend({ application: applicationAsGiven.nullish() }),
    documentedBody: appPortalAccessIn,
    answers: { 200: appPortalAccessOut },
  }),
  expireAll: operation({
    id: 'v1.authentication.expire-all',
    method: 'POST',
    path: '/api/v1/auth/app/{app_id}/expire-all',
    summary: 'End every key of the portal of an application, or those of some sessions',
    noun,
    scope: 'organisation',
    access: 'write',
    body: z.strictObject({
      /** Seconds until they end; at once without it. */
      expiry: z
        .int()
        .min(0, gracePeriod)
        .max(7 * 24 * HOUR, gracePeriod)
        .nullish(),
      /** As their links were made with. */
      sessionIds: z.array(sessionId).max(100, 'Name at most 100 sessions.').optional(),
    }),
    answers: { 204: null },
  }),
  logout: operation({
    id: 'v1.authentication.logout',
    method: 'POST',
    path: '/api/v1/auth/logout',
    summary: 'Revoke the key that calls, if it is one of an application',
    noun,
    scope: 'any',
    access: 'read',
    answers: { 204: null },
  }),
}
