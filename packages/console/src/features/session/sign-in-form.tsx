import { PosthornError, type MeOut } from '@posthorn/sdk'
import { useMutation } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { faultOf } from '../../lib/field-faults.ts'
import { Button } from '../../ui/button.tsx'
import { TextField } from '../../ui/field.tsx'
import { Note } from '../../ui/note.tsx'
import { PasswordField } from './password-field.tsx'
import { sessionCalls } from './session-calls.ts'

/** Address and password. `email`: of whom it is known already. */
export function SignInForm({ email: known, onDone }: { readonly email?: string; onDone(me: MeOut): void }) {
  const [email, setEmail] = useState(known ?? '')
  const [password, setPassword] = useState('')
  const signIn = useMutation({ mutationFn: () => sessionCalls.signIn({ email, password }), onSuccess: onDone })
  const fault = signIn.error instanceof PosthornError ? signIn.error : undefined
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    signIn.mutate()
  }
  return (
    <form onSubmit={submit} noValidate className="flex flex-col gap-4">
      <TextField
        label="Email"
        name="email"
        type="email"
        autoComplete="username"
        autoFocus={known === undefined}
        readOnly={known !== undefined}
        value={email}
        onText={setEmail}
        fault={faultOf(fault, '/email')}
      />
      <PasswordField value={password} onText={setPassword} fault={faultOf(fault, '/password')} autoFocus={known !== undefined} />
      <div aria-live="polite">{fault !== undefined && fault.fields.length === 0 && <Note kind="fail" title={fault.message} />}</div>
      <Button kind="primary" type="submit" className="w-full" disabled={signIn.isPending}>
        Sign in
      </Button>
    </form>
  )
}
