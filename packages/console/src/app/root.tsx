import { Outlet } from '@tanstack/react-router'
import { lazy, Suspense, useSyncExternalStore } from 'react'
import { signedOut } from '../lib/signed-out.ts'

const SignInAgain = lazy(() => import('../features/session/sign-in-again.tsx').then((module) => ({ default: module.SignInAgain })))

/** Around every page: the one that is open, and the question for a password once the session has run out. */
export function Root() {
  const out = useSyncExternalStore(signedOut.subscribe, signedOut.get)
  return (
    <>
      <Outlet />
      {out && (
        <Suspense>
          <SignInAgain />
        </Suspense>
      )}
    </>
  )
}
