import { PosthornError, type MeOut } from '@posthorn/sdk'
import { useMutation } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { LinkButton } from '../../ui/button.tsx'
import { Note } from '../../ui/note.tsx'
import { Door } from './door.tsx'
import { nextPath } from './next-path.ts'
import { sessionCalls } from './session-calls.ts'
import { useEnter } from './use-enter.ts'

/** Where a provider sends people back to. What it says is taken out of the address, so that it is tried once. */
export function ReturnPage() {
  const { provider } = useParams({ from: '/sign-in/$provider' })
  const [said] = useState(() => new URLSearchParams(globalThis.location.search))
  const [code, state, iss] = [said.get('code'), said.get('state'), said.get('iss')]
  const enter = useEnter()
  const complete = useMutation({
    mutationFn: (given: { code: string; state: string }) =>
      sessionCalls.completeSignIn(provider, { ...given, ...(iss !== null && { iss }) }),
    onSuccess: (me: MeOut) => enter(me, nextPath.take()),
  })
  const { mutate } = complete
  useEffect(() => {
    if (globalThis.location.search === '') return
    // Not by the router: it would take the page for another one.
    history.replaceState(history.state, '', globalThis.location.pathname)
    if (code !== null && state !== null) mutate({ code, state })
  }, [code, state, mutate])
  const why = failureOf(said, complete.error)
  if (why === undefined) return <Door title="Signing you in">{null}</Door>
  return (
    <Door title="You are not signed in">
      <div className="flex flex-col gap-4">
        <div aria-live="polite">
          <Note kind="fail" title={why} />
        </div>
        <LinkButton to="/sign-in">Back to the sign-in</LinkButton>
      </div>
    </Door>
  )
}

function failureOf(said: URLSearchParams, error: Error | null): string | undefined {
  if (error !== null) return error instanceof PosthornError ? error.message : 'This server cannot be reached. Try again.'
  // What else stands in the address may be anybody's words.
  if (said.get('error') === 'access_denied') return 'Your provider did not let you in, or you said no there.'
  if (said.has('error')) return 'Your provider refused the sign-in. Try again, or tell your owner.'
  return said.has('code') && said.has('state') ? undefined : 'There is nothing of a sign-in in this address. Begin again.'
}
