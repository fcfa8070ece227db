import { PosthornError } from '@posthorn/sdk'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { api } from '../../lib/api.ts'
import { faultOf } from '../../lib/field-faults.ts'
import { useRows } from '../../lib/keyset.ts'
import { Button } from '../../ui/button.tsx'
import type { Column } from '../../ui/data-table.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { TextField } from '../../ui/field.tsx'
import { SearchBox } from '../../ui/filters.tsx'
import { LogList } from '../../ui/log-list.tsx'
import { Note } from '../../ui/note.tsx'
import { PageBody, PageHead } from '../../ui/page.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { Time } from '../../ui/time.tsx'
import type { ApplicationOut } from '@posthorn/sdk'

/** Every tenant of this install. */
export function ApplicationsPage() {
  const { q = '' } = useSearch({ from: '/org/applications' })
  const navigate = useNavigate({ from: '/org/applications' })
  const [adding, setAdding] = useState(false)
  const list = useRows(['applications-all', q], (iterator) =>
    api.application.list({ limit: 100, ...(q !== '' && { text: q }), ...(iterator && { iterator }) }),
  )
  const add = (
    <Button kind="primary" onClick={() => setAdding(true)}>
      <Plus aria-hidden />
      Add application
    </Button>
  )
  return (
    <>
      <PageHead title="Applications" facts="A tenant each: one customer, team or product." actions={add}>
        <SearchBox
          value={q}
          placeholder="Name or uid"
          onChange={(text) => void navigate({ search: text === '' ? {} : { q: text }, replace: true })}
        />
      </PageHead>
      <PageBody>
        <div className="overflow-hidden rounded-lg border border-line bg-surface">
          <LogList
            label="Applications"
            noun="application"
            scrolls={false}
            list={list}
            columns={columns}
            rowKey={({ id }) => id}
            rowLink={({ id, uid }) => ({ to: '/a/$app', params: { app: uid ?? id } })}
            rowLabel={({ name }) => name}
            {...(q !== '' && { onClearFilters: () => void navigate({ search: {}, replace: true }) })}
            empty={<EmptyState title="No applications." action={add} />}
          />
        </div>
      </PageBody>
      {adding && <AddApplication onClose={() => setAdding(false)} />}
    </>
  )
}

const columns: readonly Column<ApplicationOut>[] = [
  { name: 'name', head: 'Name', cell: ({ name }) => <span className="font-medium">{name}</span> },
  { name: 'uid', head: 'Uid', cell: ({ uid }) => <code className="font-mono text-text-2">{uid}</code> },
  { name: 'plan', head: 'Plan', width: '140px', cell: ({ plan }) => plan },
  { name: 'made', head: 'Made', width: '140px', align: 'right', gives: 'narrow', cell: ({ createdAt }) => <Time at={createdAt} /> },
]

const FORM = 'add-application'

function AddApplication({ onClose }: { onClose(): void }) {
  const queries = useQueryClient()
  const navigate = useNavigate()
  const [name, setName] = useState('')
  const [uid, setUid] = useState('')
  const create = useMutation({
    mutationFn: () => api.application.create({ name: name.trim(), ...(uid.trim() !== '' && { uid: uid.trim() }) }),
    onSuccess: async (made) => {
      await Promise.all(['applications', 'applications-all'].map((key) => queries.invalidateQueries({ queryKey: [key] })))
      await navigate({ to: '/a/$app', params: { app: made.uid ?? made.id } })
    },
  })
  const fault = create.error instanceof PosthornError ? create.error : undefined
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    create.mutate()
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title="Add application"
      actions={
        <>
          <span className="flex-1" />
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" form={FORM} disabled={create.isPending}>
            Add application
          </Button>
        </>
      }
    >
      <form id={FORM} onSubmit={submit} className="flex flex-col gap-4" noValidate>
        <TextField label="Name" autoFocus value={name} onText={setName} fault={faultOf(fault, '/name')} />
        <TextField
          label="Uid"
          optional
          mono
          value={uid}
          onText={setUid}
          hint="Your own name for it in addresses and calls, for example acme."
          fault={faultOf(fault, '/uid')}
        />
        {fault !== undefined && fault.fields.length === 0 && <Note kind="fail" title={fault.message} />}
      </form>
    </Dialog>
  )
}
