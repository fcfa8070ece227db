import { type EventTypeOut, PosthornError } from '@posthorn/sdk'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { api } from '../../lib/api.ts'
import { faultOf } from '../../lib/field-faults.ts'
import { parsedJson } from '../../lib/parsed-json.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { TextArea, TextField } from '../../ui/field.tsx'
import { Note } from '../../ui/note.tsx'
import { say } from '../../ui/toast.tsx'

const FORM = 'write-event-type'

interface Props {
  /** The one that is changed; absent for a new one. */
  readonly known?: EventTypeOut
  onClose(): void
}

/** Describes a new event type, or one that is there anew. */
export function WriteEventType({ known, onClose }: Props) {
  const queries = useQueryClient()
  const [name, setName] = useState(known?.name ?? '')
  const [description, setDescription] = useState(known?.description ?? '')
  const [example, setExample] = useState(known?.example == null ? '' : JSON.stringify(known.example, null, 2))
  const read = parsedJson(example)
  const unreadable = example.trim() !== '' && !read.ok
  const given = example.trim() !== '' && read.ok ? read.value : null
  const write = useMutation({
    mutationFn: () =>
      known === undefined
        ? api.eventType.create({ name: name.trim(), description, ...(given !== null && { example: given }) })
        : api.eventType.patch(known.name, { description, example: given }),
    onSuccess: async () => {
      await Promise.all(['event-types', 'event-type'].map((key) => queries.invalidateQueries({ queryKey: [key] })))
      say(known === undefined ? 'Endpoints can choose it now.' : 'Saved.')
      onClose()
    },
  })
  const fault = write.error instanceof PosthornError ? write.error : undefined
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (!unreadable) write.mutate()
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title={known === undefined ? 'Add event type' : 'Edit event type'}
      actions={
        <>
          <span className="flex-1" />
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" form={FORM} disabled={write.isPending}>
            {known === undefined ? 'Add event type' : 'Save event type'}
          </Button>
        </>
      }
    >
      <form id={FORM} onSubmit={submit} className="flex flex-col gap-4" noValidate>
        <TextField
          label="Name"
          mono
          autoFocus={known === undefined}
          readOnly={known !== undefined}
          placeholder="invoice.paid"
          value={name}
          onText={setName}
          hint="Dotted, from the thing to what happened."
          fault={faultOf(fault, '/name')}
        />
        <TextField
          label="Description"
          placeholder="An invoice was paid."
          value={description}
          onText={setDescription}
          fault={faultOf(fault, '/description')}
        />
        <TextArea
          label="Example"
          optional
          mono
          rows={8}
          value={example}
          onText={setExample}
          hint="JSON. Documentation and test events use it."
          fault={unreadable ? 'This is not JSON.' : faultOf(fault, '/example')}
        />
        {fault !== undefined && fault.fields.length === 0 && <Note kind="fail" title={fault.message} />}
      </form>
    </Dialog>
  )
}
