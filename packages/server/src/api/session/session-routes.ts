import { providerOperations, sessionOperations } from '@posthorn/contract'
import { RemoteKeys } from '#ingest'
import type { ApiDeps } from '../deps.ts'
import { routesOf, type Route } from '../route.ts'
import { Passwords } from './password.ts'
import { beginSignIn, completeSignIn } from './provider/complete-sign-in.ts'
import { listProviders } from './provider/list-providers.ts'
import { describeLink, redeemLink } from './redeem-link.ts'
import { signIn } from './sign-in.ts'
import { SignInGuard } from './sign-in-guard.ts'
import { signOut } from './sign-out.ts'

/** Sessions of people's browsers. A session is a cookie whose digest is kept; it ends at sign-out, when it is old, and with its member's rights. */
export function sessionRoutes(deps: ApiDeps): Route[] {
  const providerKeys = new RemoteKeys({ egress: deps.trustedEgress, clock: deps.clock, log: deps.log })
  const shared = { ...deps, passwords: new Passwords(deps.random), guard: new SignInGuard(deps.clock), providerKeys }
  return [
    ...routesOf(shared, sessionOperations, { create: signIn, delete: signOut, describeLink, redeemLink }),
    ...routesOf(shared, providerOperations, { listProviders, beginSignIn, completeSignIn }),
  ]
}
