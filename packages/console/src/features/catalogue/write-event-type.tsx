import { PosthornError } from '@posthorn/sdk'
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

/** Describes a new event type. */
export function WriteEventType({ onClose }: { onClose(): void }) {
  const queries = useQueryClient()
  const [name, setName] = useState('')
  const [description, setDescription] = useState('')
  const [example, setExample] = useState('')
  const read = parsedJson(example)
  const unreadable = example.trim() !== '' && !read.ok
  const create = useMutation({
    mutationFn: () =>
      api.eventType.create({ name: name.trim(), description, ...(example.trim() !== '' && read.ok && { example: read.value as never }) }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['event-types'] })
      say('Endpoints can choose it now.')
      onClose()
    },
  })
  const fault = create.error instanceof PosthornError ? create.error : undefined
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (!unreadable) create.mutate()
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title="Add event type"
      actions={
        <>
          <span className="flex-1" />
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" form={FORM} disabled={create.isPending}>
            Add event type
          </Button>
        </>
      }
    >
      <form id={FORM} onSubmit={submit} className="flex flex-col gap-4" noValidate>
        <TextField
          label="Name"
          mono
          autoFocus
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
