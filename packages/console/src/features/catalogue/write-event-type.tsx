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
  const [schemas, setSchemas] = useState(known?.schemas == null ? '' : JSON.stringify(known.schemas, null, 2))
  const [shown, checked] = [writtenJson(example), writtenJson(schemas)]
  const write = useMutation({
    mutationFn: () =>
      known === undefined
        ? api.eventType.create({ name: name.trim(), description, ...contentOf(shown, checked) })
        : api.eventType.patch(known.name, { description, ...contentOf(shown, checked) }),
    onSuccess: async () => {
      await Promise.all(['event-types', 'event-type'].map((key) => queries.invalidateQueries({ queryKey: [key] })))
      say(known === undefined ? 'Endpoints can choose it now.' : 'Saved.')
      onClose()
    },
  })
  const fault = write.error instanceof PosthornError ? write.error : undefined
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (shown.ok && checked.ok) write.mutate()
  }
  return (
    <Dialog
      open
      wide
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
          hint={known === undefined ? 'Dotted, from the thing to what happened.' : 'Messages and endpoints name it: it stays.'}
          fault={faultOf(fault, '/name')}
        />
        <TextField
          label="Description"
          autoFocus={known !== undefined}
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
          fault={shown.ok ? faultOf(fault, '/example') : NO_JSON}
        />
        <TextArea
          label="Schemas"
          optional
          mono
          rows={8}
          value={schemas}
          onText={setSchemas}
          hint={'JSON Schemas by version, such as { "1": { "type": "object" } }. Documentation shows them.'}
          fault={checked.ok ? faultOf(fault, '/schemas') : NO_JSON}
        />
        {fault !== undefined && fault.fields.length === 0 && <Note kind="fail" title={fault.message} />}
      </form>
    </Dialog>
  )
}

const NO_JSON = 'This is not JSON.'

type Written = ReturnType<typeof parsedJson>

/** Nothing where nothing is written. */
function writtenJson(text: string): Written {
  return text.trim() === '' ? { ok: true, value: null } : parsedJson(text)
}

function contentOf(example: Written, schemas: Written) {
  return {
    example: example.ok ? example.value : null,
    schemas: (schemas.ok ? schemas.value : null) as EventTypeOut['schemas'],
  }
}
