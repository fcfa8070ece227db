import type { MeOut } from '@posthorn/sdk'
import type { QueryClient } from '@tanstack/react-query'
import { redirect } from '@tanstack/react-router'
import { needsSignIn } from '../lib/api.ts'
import { meQuery } from '../lib/me.ts'
import { signedOut } from '../lib/signed-out.ts'

interface Entering {
  readonly context: { readonly queryClient: QueryClient }
  readonly location: { readonly href: string }
}

/** Who is not signed in is led to the door, and from there back to where they wanted to go. */
export async function enter({ context: { queryClient }, location }: Entering): Promise<MeOut | undefined> {
  try {
    return await queryClient.ensureQueryData(meQuery)
  } catch (error) {
    // Anything else the page shows by itself.
    if (!needsSignIn(error)) return undefined
    signedOut.set(false)
    redirect({ to: '/sign-in', search: location.href === '/' ? {} : { next: location.href }, throw: true })
    return undefined
  }
}
