import { PosthornError } from '@posthorn/sdk'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { api } from '../../lib/api.ts'
import { faultOf } from '../../lib/field-faults.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { SelectField, TextField } from '../../ui/field.tsx'
import { Note } from '../../ui/note.tsx'
import { EventPicker } from './event-picker.tsx'
import { SecretDialog } from './secret-dialog.tsx'
import { credentialIn } from './credential-in.ts'

const FORM = 'add-endpoint'
const profiles = [
  { value: '', label: 'As the application has it' },
  { value: 'standard', label: 'Standard Webhooks' },
  { value: 'svix', label: 'Svix' },
  { value: 'hex', label: 'Hexadecimal HMAC (X-Webhook-Signature)' },
] as const

/** Settings > Webhooks > Add Endpoint, and then the secret, once. */
export function AddEndpoint({ app, onClose }: { readonly app: string; onClose(): void }) {
  const queries = useQueryClient()
  const navigate = useNavigate()
  const [url, setUrl] = useState('')
  const [description, setDescription] = useState('')
  /** Null: everything. */
  const [events, setEvents] = useState<readonly string[] | null>([])
  const [signing, setSigning] = useState<(typeof profiles)[number]['value']>('')
  const [tried, setTried] = useState(false)
  const create = useMutation({
    mutationFn: () =>
      api.endpoint.create(app, {
        url: url.trim(),
        description,
        ...(events !== null && { eventTypes: [...events] }),
        ...(signing !== '' && { signing }),
      }),
    onSuccess: () => ['endpoint-list', 'names', 'plan-use'].forEach((key) => void queries.invalidateQueries({ queryKey: [key, app] })),
  })

  const nothingChosen = events !== null && events.length === 0
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setTried(true)
    if (nothingChosen || url.trim() === '') document.getElementById(url.trim() === '' ? URL_FIELD : EVENTS_FIELD)?.focus()
    else create.mutate()
  }

  if (create.data !== undefined) {
    const { id, secret, signing: profile } = create.data
    const done = (): void => void navigate({ to: '/a/$app/settings/webhooks/$endpoint', params: { app, endpoint: id } })
    return <SecretDialog app={app} endpoint={id} secret={secret} profile={profile} onDone={done} />
  }
  const fault = create.error instanceof PosthornError ? create.error : undefined
  const warning = credentialIn(url)
  return (
    <Dialog
      open
      onClose={onClose}
      title="Add Endpoint"
      actions={
        <>
          <span className="flex-1 text-xs text-text-3">Next you see the signing secret, once.</span>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" form={FORM} disabled={create.isPending}>
            Add Endpoint
          </Button>
        </>
      }
    >
      <form id={FORM} onSubmit={submit} className="flex flex-col gap-4" noValidate>
        <TextField
          label="Endpoint URL"
          inputId={URL_FIELD}
          mono
          autoFocus
          inputMode="url"
          placeholder="https://example.com/webhooks"
          value={url}
          onText={setUrl}
          hint={warning ?? 'Your server’s HTTPS URL. Answer with 2xx within 10 seconds and do the heavy work afterwards.'}
          fault={tried && url.trim() === '' ? 'Give the URL that receives the events.' : faultOf(fault, '/url')}
        />
        <EventPicker
          id={EVENTS_FIELD}
          chosen={events}
          onChange={setEvents}
          fault={tried && nothingChosen ? 'Choose at least one event, or send everything.' : faultOf(fault, '/eventTypes')}
        />
        <TextField
          label="Description"
          optional
          placeholder="A label, for example Accounting in Lyon"
          value={description}
          onText={setDescription}
          fault={faultOf(fault, '/description')}
        />
        <details>
          <summary className="min-h-6 cursor-pointer font-medium text-text-2 marker:text-text-3">Signing</summary>
          <div className="pt-3">
            <SelectField
              label="Signature"
              options={profiles}
              value={signing}
              onValue={(next) => setSigning(next)}
              hint="Which headers carry the signature, and how the secret looks."
            />
          </div>
        </details>
        {fault !== undefined && fault.fields.length === 0 && <Note kind="fail" title={fault.message} />}
      </form>
    </Dialog>
  )
}

const URL_FIELD = 'endpoint-url'
const EVENTS_FIELD = 'endpoint-events'
