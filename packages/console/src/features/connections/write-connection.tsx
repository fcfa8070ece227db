import { type ConnectionOut, PosthornError } from '@posthorn/sdk'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { api } from '../../lib/api.ts'
import { faultOf, textsOf } from '../../lib/field-faults.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { SelectField, TextField } from '../../ui/field.tsx'
import { Note } from '../../ui/note.tsx'
import { say } from '../../ui/toast.tsx'
import { type ConnectionForm, connectionOf, formOf, keptSecret, kinds, secretFields } from './connection-form.ts'
import { connectionsKey } from './queries.ts'

const FORM = 'write-connection'

interface Props {
  readonly app: string
  /** The one that is changed; absent for a new one. */
  readonly known: ConnectionOut | undefined
  onClose(): void
}

/** Adds a connection, or changes one: its secret stays unless another is given. */
export function WriteConnection({ app, known, onClose }: Props) {
  const queries = useQueryClient()
  const [form, setForm] = useState(() => formOf(known))
  const name = form.name.trim()
  /** A name that another one has, which would be replaced. */
  const [taken, setTaken] = useState<string>()
  const put = useMutation({
    async mutationFn() {
      if (known === undefined && (await isThere(app, name))) return 'taken'
      return api.connection.put(app, name, connectionOf(form, known))
    },
    onSuccess: async (answer) => {
      if (answer === 'taken') return setTaken(name)
      await queries.invalidateQueries({ queryKey: connectionsKey(app) })
      say(known === undefined ? 'Added.' : 'Saved. The next call uses it.')
      onClose()
    },
  })
  const fault = put.error instanceof PosthornError ? put.error : undefined
  const isTaken = name !== '' && name === taken
  const needsSecret = form.kind !== 'none' && form.secret === '' && keptSecret(known, form.kind) === undefined
  const [isSent, setSent] = useState(false)
  const nameFault = isTaken
    ? `There is a connection ${name} already. Edit that one, or take another name.`
    : isSent && name === ''
      ? 'A connection has a name.'
      : undefined
  const urlFault = isSent && form.baseUrl.trim() === '' ? 'A connection has a base URL.' : undefined
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setSent(true)
    // The name stands in the address of the call: without one there is none to make.
    if (name !== '' && !isTaken && form.baseUrl.trim() !== '') put.mutate()
  }
  const act = known === undefined ? 'Add connection' : 'Save connection'
  const set = (change: Partial<ConnectionForm>): void => setForm({ ...form, ...change })
  const text = textsOf(form, fault, set)
  return (
    <Dialog
      open
      onClose={onClose}
      title={known === undefined ? 'Add connection' : `Edit ${known.name}`}
      actions={
        <>
          <span className="flex-1" />
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" form={FORM} disabled={put.isPending || needsSecret}>
            {act}
          </Button>
        </>
      }
    >
      <form id={FORM} onSubmit={submit} className="flex flex-col gap-4" noValidate>
        <TextField
          label="Name"
          mono
          readOnly={known !== undefined}
          {...text('name')}
          hint="What a step names in System: letters, digits, _ and -, for example erp."
          {...(nameFault !== undefined && { fault: nameFault })}
        />
        <TextField
          label="Base URL"
          mono
          inputMode="url"
          placeholder="https://erp.example.com/api/v2"
          {...text('baseUrl')}
          hint="What stands in the URL of a step comes behind it."
          {...(urlFault !== undefined && { fault: urlFault })}
        />
        <SelectField label="Authentication" options={kinds} value={form.kind} onValue={(kind) => set({ kind, secret: '' })} />
        <AuthFields {...{ form, known, fault }} onChange={set} />
        {fault !== undefined && fault.fields.length === 0 && <Note kind="fail" title={fault.message} />}
      </form>
    </Dialog>
  )
}

async function isThere(app: string, name: string): Promise<boolean> {
  try {
    await api.connection.get(app, name)
    return true
  } catch (error) {
    if (error instanceof PosthornError && error.status === 404) return false
    throw error
  }
}

interface AuthProps {
  readonly form: ConnectionForm
  readonly known: ConnectionOut | undefined
  readonly fault: PosthornError | undefined
  onChange(change: Partial<ConnectionForm>): void
}

/** What the chosen kind asks for. */
function AuthFields({ form, known, fault, onChange }: AuthProps) {
  const { kind } = form
  if (kind === 'none') return null
  const { label, field } = secretFields[kind]
  const text = textsOf(form, fault, onChange)
  const kept = keptSecret(known, kind)
  const end = kept === undefined || kept.last4 === '' ? '' : `, ends in …${kept.last4}`
  return (
    <>
      {kind === 'basic' && <TextField label="User name" mono {...text('username', '/auth/username')} />}
      {kind === 'api_key' && <TextField label="Header" mono {...text('header', '/auth/name')} />}
      {kind === 'oauth2' && <ClientFields {...{ form, fault, onChange }} />}
      <TextField
        label={label}
        mono
        type="password"
        {...text('secret', `/auth/${field}`)}
        hint={
          kept === undefined
            ? 'It is stored encrypted, under Secrets, and not shown again.'
            : `Kept as the secret ${kept.name}${end}. Leave this empty and it stays.`
        }
      />
      {kind === 'oauth2' && <TokenFields {...{ form, fault, onChange }} />}
    </>
  )
}

function ClientFields({ form, fault, onChange }: Omit<AuthProps, 'known'>) {
  const text = textsOf(form, fault, onChange)
  return (
    <>
      <TextField
        label="Token URL"
        mono
        inputMode="url"
        placeholder="https://login.example.com/token"
        {...text('tokenUrl', '/auth/tokenUrl')}
        hint="Access tokens are fetched here, and kept until shortly before they expire."
      />
      <TextField label="Client ID" mono {...text('clientId', '/auth/clientId')} />
    </>
  )
}

const clientAuths = [
  { value: 'basic', label: 'In the header Authorization' },
  { value: 'body', label: 'In the form' },
] as const

function TokenFields({ form, fault, onChange }: Omit<AuthProps, 'known'>) {
  const text = textsOf(form, fault, onChange)
  return (
    <>
      <TextField label="Scope" optional mono {...text('scope', '/auth/scope')} hint="With spaces between several." />
      <TextField label="Audience" optional mono {...text('audience', '/auth/audience')} />
      <SelectField
        label="ID and secret go"
        options={clientAuths}
        value={form.clientAuth}
        onValue={(clientAuth) => onChange({ clientAuth })}
        fault={faultOf(fault, '/auth/clientAuth')}
      />
    </>
  )
}
