import { useQueryClient } from '@tanstack/react-query'
import { useRouter, useSearch } from '@tanstack/react-router'
import { meQuery } from '../../lib/me.ts'
import { ownPath } from '../../lib/own-path.ts'
import { signedOut } from '../../lib/signed-out.ts'
import { Door } from './door.tsx'
import { SignInForm } from './sign-in-form.tsx'

export function SignInPage() {
  const { next } = useSearch({ from: '/sign-in' })
  const queries = useQueryClient()
  const router = useRouter()
  return (
    <Door
      title="Sign in to Posthorn"
      foot={
        <>
          First time here? <code className="font-mono text-text-2">npm start</code> printed a link where it runs. If it is gone, or you are
          locked out, make another in Posthorn's folder on its machine: <code className="font-mono text-text-2">npx posthorn link</code>
        </>
      }
    >
      <SignInForm
        onDone={(me) => {
          // What another person saw here is not for this one.
          queries.clear()
          queries.setQueryData(meQuery.queryKey, me)
          signedOut.set(false)
          router.history.push(ownPath(next))
        }}
      />
    </Door>
  )
}
