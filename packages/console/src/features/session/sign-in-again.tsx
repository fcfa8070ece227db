import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useSyncExternalStore } from 'react'
import { meQuery } from '../../lib/me.ts'
import { signedOut } from '../../lib/signed-out.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { ProviderButtons } from './provider-buttons.tsx'
import { SignInForm } from './sign-in-form.tsx'

/** Over a page whose session ran out: what was typed there stays, and goes on once the password is given. */
export function SignInAgain() {
  const isOut = useSyncExternalStore(signedOut.subscribe, signedOut.get)
  const queries = useQueryClient()
  const navigate = useNavigate()
  const me = queries.getQueryData(meQuery.queryKey)
  // Who was never in is led to the page.
  if (!isOut || me?.kind !== 'member' || me.email === null) return null
  const leave = (): void => {
    signedOut.set(false)
    queries.clear()
    void navigate({ to: '/sign-in' })
  }
  return (
    <Dialog open stays onClose={() => undefined} title="Sign in again">
      <div className="flex flex-col gap-4">
        <p className="text-text-2">Your session has ended. What you typed on this page is still there.</p>
        <SignInForm
          email={me.email}
          onDone={(again) => {
            queries.setQueryData(meQuery.queryKey, again)
            signedOut.set(false)
            void queries.invalidateQueries()
          }}
        />
        <ProviderButtons
          next={`${globalThis.location.pathname}${globalThis.location.search}`}
          hint="A provider leads away from this page and back: what you typed is then gone."
        />
        <Button kind="quiet" onClick={leave}>
          Sign in as somebody else
        </Button>
      </div>
    </Dialog>
  )
}
