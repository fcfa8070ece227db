import { PosthornError, type SessionDescribeLinkOut } from '@posthorn/sdk'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useEffect, useState, type FormEvent } from 'react'
import { faultOf } from '../../lib/field-faults.ts'
import { Button, LinkButton } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import { Note } from '../../ui/note.tsx'
import { wordsOf } from '../../ui/states.tsx'
import { pathOfFirstOwner } from '../first-minute/first-listener.ts'
import { Door } from './door.tsx'
import { PasswordField } from './password-field.tsx'
import { passwordWords } from './password-words.ts'
import { sessionCalls } from './session-calls.ts'
import { useEnter } from './use-enter.ts'

/** Where links lead that let somebody set a password. The token stands behind the #, and is taken out of the address at once. */
export function WelcomePage() {
  const [token] = useState(() => globalThis.location.hash.slice(1))
  useEffect(() => {
    // Not by the router: it would take the page for another one.
    if (globalThis.location.hash !== '') history.replaceState(history.state, '', '/welcome')
  }, [])
  const link = useQuery({
    queryKey: ['link', token],
    queryFn: () => sessionCalls.describeLink(token),
    enabled: token !== '',
    retry: false,
    staleTime: Infinity,
    refetchOnWindowFocus: false,
  })
  if (link.data !== undefined) return <SetPassword token={token} link={link.data} />
  if (link.isPending && token !== '') return <Door title="Welcome to Posthorn">{null}</Door>
  return (
    <Door title="This link opens nothing">
      <div className="flex flex-col gap-4">
        <Note kind="wait" title={token === '' ? 'The link is incomplete, or this page was loaded again.' : wordsOf(link.error).detail}>
          {token === '' && 'Open the whole link once more, from where you have it.'}
        </Note>
        <LinkButton to="/sign-in">Sign in</LinkButton>
      </div>
    </Door>
  )
}

const titles = { owner: 'Welcome to Posthorn', invite: 'Welcome to Posthorn', reset: 'Set a new password' } as const

function SetPassword({ token, link }: { readonly token: string; readonly link: SessionDescribeLinkOut }) {
  const enter = useEnter()
  const [email, setEmail] = useState(link.email ?? '')
  const [name, setName] = useState(link.name)
  const [password, setPassword] = useState('')
  const asksEmail = link.email === null
  const redeem = useMutation({
    mutationFn: async () => {
      const me = await sessionCalls.redeemLink({ token, password, ...(name.trim() !== '' && { name }), ...(asksEmail && { email }) })
      return { me, path: link.kind === 'owner' ? await pathOfFirstOwner() : '/' }
    },
    onSuccess: ({ me, path }) => enter(me, path),
  })
  const fault = redeem.error instanceof PosthornError ? redeem.error : undefined
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    redeem.mutate()
  }
  return (
    <Door title={titles[link.kind]}>
      <form onSubmit={submit} noValidate className="flex flex-col gap-4">
        <TextField
          label="Email"
          name="email"
          type="email"
          autoComplete="username"
          autoFocus={asksEmail}
          readOnly={!asksEmail}
          value={email}
          onText={setEmail}
          fault={faultOf(fault, '/email')}
        />
        {link.kind !== 'reset' && (
          <TextField
            label="Name"
            name="name"
            autoComplete="name"
            autoFocus={!asksEmail}
            value={name}
            onText={setName}
            fault={faultOf(fault, '/name')}
          />
        )}
        <PasswordField
          label="Set a password"
          isNew
          autoFocus={link.kind === 'reset'}
          value={password}
          onText={(text) => {
            setPassword(text)
            // What was wrong with the one before is not said of this one.
            redeem.reset()
          }}
          hint={passwordWords(password, [email, name]).words}
          fault={faultOf(fault, '/password')}
        />
        <div aria-live="polite">{fault !== undefined && fault.fields.length === 0 && <Note kind="fail" title={fault.message} />}</div>
        <Button kind="primary" type="submit" className="w-full" disabled={redeem.isPending}>
          {link.kind === 'reset' ? 'Set password' : 'Begin'}
        </Button>
      </form>
    </Door>
  )
}
