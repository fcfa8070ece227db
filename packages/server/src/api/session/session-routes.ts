import { providerOperations, sessionOperations } from '@posthorn/contract'
import { RemoteKeys } from '#ingest'
import type { ApiDeps } from '../deps.ts'
import { routesOf, type Handler, type Route } from '../route.ts'
import { Passwords } from './password.ts'
import { beginSignIn, completeSignIn } from './provider/complete-sign-in.ts'
import { describeLink, redeemLink } from './redeem-link.ts'
import { signIn } from './sign-in.ts'
import { SignInGuard } from './sign-in-guard.ts'
import { signOut } from './sign-out.ts'

/** Sessions of people's browsers. A session is a cookie whose digest is kept; it ends at sign-out, when it is old, and with its member's rights. */
export function sessionRoutes(deps: ApiDeps): Route[] {
  const providerKeys = new RemoteKeys({ egress: deps.trustedEgress, clock: deps.clock, log: deps.log })
  const more = { ...deps, passwords: new Passwords(deps.random), guard: new SignInGuard(deps.clock), providerKeys }
  const create: Handler<typeof sessionOperations.create> = (_, call) => signIn(more, call)
  const redeem: Handler<typeof sessionOperations.redeemLink> = (_, call) => redeemLink(more, call)
  return [
    ...routesOf(deps, sessionOperations, { create, delete: signOut, describeLink, redeemLink: redeem }),
    ...routesOf(deps, providerOperations, {
      listProviders: async ({ settings }) => ({
        status: 200,
        body: { data: settings.signInProviders.map(({ id, label }) => ({ id, label })) },
      }),
      beginSignIn: (_, call) => beginSignIn(more, call),
      completeSignIn: (_, call) => completeSignIn(more, call),
    }),
  ]
}
