import { useSearch } from '@tanstack/react-router'
import { ownPath } from '../../lib/own-path.ts'
import { Door } from './door.tsx'
import { ProviderButtons } from './provider-buttons.tsx'
import { SignInForm } from './sign-in-form.tsx'
import { useEnter } from './use-enter.ts'

export function SignInPage() {
  const { next } = useSearch({ from: '/sign-in' })
  const enter = useEnter()
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
      <div className="flex flex-col gap-4">
        <SignInForm onDone={(me) => enter(me, ownPath(next))} />
        <ProviderButtons next={next} />
      </div>
    </Door>
  )
}
