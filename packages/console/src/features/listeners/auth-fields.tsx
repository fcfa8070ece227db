import type { ListenerIn, PosthornError } from '@posthorn/sdk'
import { faultOf } from '../../lib/field-faults.ts'
import { SelectField, TextField } from '../../ui/field.tsx'
import { Note } from '../../ui/note.tsx'
import { GuessableNote } from './guessable-note.tsx'

/** How requests prove where they come from, while it is written. */
export interface AuthForm {
  readonly kind: 'preset' | 'api_key' | 'bearer' | 'basic' | 'hmac' | 'none'
  readonly secret: string
  /** Of the header or parameter that carries a key or signature. */
  readonly name: string
  readonly username: string
}

export const freshAuth: AuthForm = { kind: 'api_key', secret: '', name: 'X-API-Key', username: '' }

const kinds = [
  { value: 'api_key', label: 'API Key' },
  { value: 'bearer', label: 'Bearer token' },
  { value: 'basic', label: 'User name and password' },
  { value: 'hmac', label: 'HMAC signature' },
  { value: 'none', label: 'None' },
] as const

/** What the API is given. */
export function authOf({ kind, secret, name, username }: AuthForm): ListenerIn['auth'] {
  switch (kind) {
    case 'none':
      return { kind }
    case 'preset':
      return { kind, secrets: [secret] } as ListenerIn['auth']
    case 'api_key':
      return { kind, in: 'header', name, keys: [secret] }
    case 'bearer':
      return { kind, tokens: [secret] }
    case 'basic':
      return { kind, username, password: secret }
    case 'hmac':
      return { kind, header: name, secrets: [secret] } as ListenerIn['auth']
  }
}

interface Props {
  readonly form: AuthForm
  onChange(form: AuthForm): void
  readonly fault: PosthornError | undefined
  /** A system has its own scheme, and asks for its secret only. */
  readonly ofSystem?: { readonly label: string; readonly where: string } | undefined
}

/** The choice, and what it asks for. */
export function AuthFields({ form, onChange, fault, ofSystem }: Props) {
  const set = (change: Partial<AuthForm>): void => onChange({ ...form, ...change })
  if (form.kind === 'preset') {
    return (
      <div className="flex flex-col gap-4">
        <TextField
          label={ofSystem?.label ?? 'Signing secret'}
          mono
          type="password"
          value={form.secret}
          onText={(secret) => set({ secret })}
          hint={ofSystem?.where ?? 'Where the sender shows its signing secret.'}
          fault={faultOf(fault, '/auth')}
        />
        <GuessableNote secret={form.secret} />
      </div>
    )
  }
  const words: Readonly<Record<string, string>> = { api_key: 'Key', bearer: 'Token', basic: 'Password', hmac: 'Secret' }
  return (
    <div className="flex flex-col gap-4">
      <SelectField
        label="Authentication"
        options={kinds}
        value={form.kind}
        onValue={(kind) => set({ kind, name: kind === 'hmac' ? 'X-Signature' : 'X-API-Key' })}
        fault={form.kind === 'none' ? faultOf(fault, '/auth') : undefined}
      />
      {form.kind === 'none' && <Note title="Anybody who knows the URL can send to it." />}
      {(form.kind === 'api_key' || form.kind === 'hmac') && (
        <TextField
          label="Header"
          mono
          value={form.name}
          onText={(name) => set({ name })}
          fault={faultOf(fault, form.kind === 'hmac' ? '/auth/header' : '/auth/name')}
        />
      )}
      {form.kind === 'basic' && (
        <TextField
          label="User name"
          mono
          value={form.username}
          onText={(username) => set({ username })}
          fault={faultOf(fault, '/auth/username')}
        />
      )}
      {form.kind !== 'none' && (
        <TextField
          label={words[form.kind] ?? 'Secret'}
          mono
          type="password"
          value={form.secret}
          onText={(secret) => set({ secret })}
          hint="The sender proves itself with it. It is stored encrypted and not shown again."
          fault={
            faultOf(fault, '/auth/keys') ??
            faultOf(fault, '/auth/tokens') ??
            faultOf(fault, '/auth/secrets') ??
            faultOf(fault, '/auth/password')
          }
        />
      )}
      {form.kind !== 'none' && <GuessableNote secret={form.secret} />}
    </div>
  )
}
