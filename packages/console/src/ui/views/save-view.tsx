import { PosthornError, type ViewOut } from '@posthorn/sdk'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { api } from '../../lib/api.ts'
import { faultOf } from '../../lib/field-faults.ts'
import { Button } from '../button.tsx'
import { Dialog } from '../dialog.tsx'
import { Switch, TextField } from '../field.tsx'
import { May } from '../may.tsx'
import { Note } from '../note.tsx'
import type { Filters } from './views.ts'

const FORM = 'save-view'

interface Props {
  readonly app: string
  readonly list: ViewOut['list']
  readonly filters: Filters
  onClose(): void
}

/** Asks for a name, and for whom. */
export function SaveView({ app, list, filters, onClose }: Props) {
  const queries = useQueryClient()
  const [name, setName] = useState('')
  const [shared, setShared] = useState(false)
  const save = useMutation({
    mutationFn: () => api.view.create(app, { list, name, search: filters, shared }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['views', app] })
      onClose()
    },
  })
  const fault = save.error instanceof PosthornError ? save.error : undefined
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    save.mutate()
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title="Save these filters"
      actions={
        <>
          <span className="flex-1" />
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" form={FORM} disabled={save.isPending}>
            Save view
          </Button>
        </>
      }
    >
      <form id={FORM} onSubmit={submit} className="flex flex-col gap-4" noValidate>
        <TextField label="Name" autoFocus value={name} onText={setName} fault={faultOf(fault, '/name') ?? takenWords(fault)} />
        <p className="break-words text-text-2">
          Keeps{' '}
          {Object.entries(filters).map(([filter, value], index) => (
            <span key={filter}>
              {index > 0 && ', '}
              <code className="font-mono">
                {filter} {value}
              </code>
            </span>
          ))}
          .
        </p>
        <May>
          <Switch label="Shared with everybody of this application" checked={shared} onChange={setShared} />
        </May>
        {fault !== undefined && fault.fields.length === 0 && fault.code !== 'conflict' && <Note kind="fail" title={fault.message} />}
      </form>
    </Dialog>
  )
}

function takenWords(fault: PosthornError | undefined): string | undefined {
  return fault?.code === 'conflict' ? 'There is a view of this name already.' : undefined
}
