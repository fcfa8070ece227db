import { PosthornError } from '@posthorn/sdk'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { api } from '../../lib/api.ts'
import { eventTypesQuery } from '../../lib/queries/catalogue-query.ts'
import { faultOf } from '../../lib/field-faults.ts'
import { parsedJson } from '../../lib/parsed-json.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { TextArea, TextField } from '../../ui/field.tsx'
import { Note } from '../../ui/note.tsx'
import { say } from '../../ui/toast.tsx'

const FORM = 'send-message'

/** Sends an event by hand, beginning with the example of its type. */
export function SendMessage({ app, onClose }: { readonly app: string; onClose(): void }) {
  const queries = useQueryClient()
  const navigate = useNavigate()
  const [eventType, setEventType] = useState('')
  const { types } = useQuery(eventTypesQuery(app, eventType.trim())).data ?? { types: [] }
  const [payload, setPayload] = useState('{\n  \n}')
  const read = parsedJson(payload)
  const send = useMutation({
    mutationFn: () =>
      api.message.create(app, { eventType: eventType.trim(), payload: (read.ok ? read.value : {}) as Record<string, unknown> }),
    onSuccess: async ({ id }) => {
      await queries.invalidateQueries({ queryKey: ['messages', app] })
      await navigate({ to: '/a/$app/messages/$message', params: { app, message: id } })
      say('Sent to every endpoint that wants it.')
    },
  })
  const choose = async (name: string): Promise<void> => {
    setEventType(name)
    if (!types.some((type) => type.name === name)) return
    const { example } = await api.eventType.get(name)
    if (example !== null && example !== undefined) setPayload(JSON.stringify(example, null, 2))
  }
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (read.ok) send.mutate()
  }
  const fault = send.error instanceof PosthornError ? send.error : undefined
  return (
    <Dialog
      open
      onClose={onClose}
      title="Send a message"
      actions={
        <>
          <span className="flex-1" />
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" form={FORM} disabled={send.isPending}>
            Send message
          </Button>
        </>
      }
    >
      <form id={FORM} onSubmit={submit} className="flex flex-col gap-4" noValidate>
        <TextField
          label="Event type"
          mono
          autoFocus
          list="event-types"
          placeholder="invoice.paid"
          value={eventType}
          onText={(name) => void choose(name)}
          fault={faultOf(fault, '/eventType')}
        />
        <datalist id="event-types">
          {types.map(({ name }) => (
            <option key={name} value={name} />
          ))}
        </datalist>
        <TextArea
          label="Payload"
          mono
          rows={12}
          value={payload}
          onText={setPayload}
          hint="A JSON object. It is sent as it stands here."
          fault={read.ok ? faultOf(fault, '/payload') : 'This is not JSON.'}
        />
        {fault !== undefined && fault.fields.length === 0 && <Note kind="fail" title={fault.message} />}
      </form>
    </Dialog>
  )
}
