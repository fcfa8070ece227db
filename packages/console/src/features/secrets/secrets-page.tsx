import { PosthornError } from '@posthorn/sdk'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { api } from '../../lib/api.ts'
import { faultOf } from '../../lib/field-faults.ts'
import { useRows } from '../../lib/keyset.ts'
import { Button } from '../../ui/button.tsx'
import { type Column, InRow } from '../../ui/data-table.tsx'
import { May } from '../../ui/may.tsx'
import { Confirm, Dialog } from '../../ui/dialog.tsx'
import { TextField } from '../../ui/field.tsx'
import { SearchBox } from '../../ui/filters.tsx'
import { LogList } from '../../ui/log-list.tsx'
import { Note } from '../../ui/note.tsx'
import { PageBody, PageHead } from '../../ui/page.tsx'
import { EmptyState, wordsOf } from '../../ui/states.tsx'
import { Time } from '../../ui/time.tsx'
import { say, sayFailure } from '../../ui/toast.tsx'

interface SecretRow {
  readonly name: string
  readonly last4: string
  readonly updatedAt: string
}

/** Values that flows and listeners use by name. They are kept encrypted and never shown again. */
export function SecretsPage() {
  const { app } = useParams({ from: '/a/$app/settings/secrets' })
  const { q = '' } = useSearch({ from: '/a/$app/settings/secrets' })
  const navigate = useNavigate({ from: '/a/$app/settings/secrets' })
  /** The name that is replaced; empty for a new one. */
  const [writing, setWriting] = useState<string>()
  const [deleting, setDeleting] = useState<string>()
  const list = useRows(['secrets', app, q], (iterator) =>
    api.secret.list(app, { limit: 100, ...(q !== '' && { text: q }), ...(iterator && { iterator }) }),
  )
  const remove = useDelete(app)
  const add = (
    <Button kind="primary" onClick={() => setWriting('')}>
      <Plus aria-hidden />
      Add secret
    </Button>
  )
  const columns: readonly Column<SecretRow>[] = [
    { name: 'name', head: 'Name', cell: ({ name }) => <code className="font-mono">{name}</code> },
    {
      name: 'last4',
      head: 'Ends in',
      width: '110px',
      cell: ({ last4 }) => <code className="font-mono text-text-2">{last4 === '' ? '' : `…${last4}`}</code>,
    },
    {
      name: 'use',
      head: 'In a flow',
      gives: 'narrow',
      cell: ({ name }) => <code className="font-mono text-code-variable">{`{{ secrets.${name} }}`}</code>,
    },
    { name: 'changed', head: 'Changed', width: '130px', align: 'right', cell: ({ updatedAt }) => <Time at={updatedAt} /> },
    {
      name: 'actions',
      head: <span className="sr-only">Actions</span>,
      width: '180px',
      align: 'right',
      cell: ({ name }) => (
        <May>
          <InRow>
            <span className="inline-flex gap-1">
              <Button kind="quiet" size="sm" onClick={() => setWriting(name)}>
                Replace
              </Button>
              <Button kind="quiet" size="sm" onClick={() => setDeleting(name)}>
                Delete
              </Button>
            </span>
          </InRow>
        </May>
      ),
    },
  ]
  return (
    <>
      <PageHead title="Secrets" facts="Values that flows and listeners use by name. They are encrypted and not shown again." actions={add}>
        <SearchBox
          value={q}
          placeholder="Name"
          onChange={(text) => void navigate({ search: text === '' ? {} : { q: text }, replace: true })}
        />
      </PageHead>
      <PageBody>
        <div className="overflow-hidden rounded-lg border border-line bg-surface">
          <LogList
            label="Secrets"
            noun="secret"
            scrolls={false}
            list={list}
            columns={columns}
            rowKey={({ name }) => name}
            {...(q !== '' && { onClearFilters: () => void navigate({ search: {}, replace: true }) })}
            empty={
              <EmptyState title="No secrets yet." action={add} command={`posthorn secret put erp --app ${app} --data '{ "value": "..." }'`}>
                A token that a flow sends belongs here. In the flow it stands as <code className="font-mono">{'{{ secrets.name }}'}</code>.
              </EmptyState>
            }
          />
        </div>
      </PageBody>
      {writing !== undefined && <WriteSecret app={app} name={writing} onClose={() => setWriting(undefined)} />}
      <Confirm
        open={deleting !== undefined}
        onClose={() => setDeleting(undefined)}
        title={`Delete ${deleting ?? ''}?`}
        act="Delete secret"
        onConfirm={() => {
          if (deleting !== undefined) remove.mutate(deleting)
          setDeleting(undefined)
        }}
      >
        A secret that a listener or a published flow reads is not deleted; the answer names it.
      </Confirm>
    </>
  )
}

function useDelete(app: string) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (name: string) => api.secret.delete(app, name),
    onSuccess: () => say('Deleted.'),
    onError: (error) => sayFailure('The secret stays.', wordsOf(error).detail),
    onSettled: () => void queries.invalidateQueries({ queryKey: ['secrets', app] }),
  })
}

const FORM = 'write-secret'

function WriteSecret({ app, name: known, onClose }: { readonly app: string; readonly name: string; onClose(): void }) {
  const queries = useQueryClient()
  const [name, setName] = useState(known)
  const [value, setValue] = useState('')
  const put = useMutation({
    mutationFn: () => api.secret.put(app, name.trim(), { value }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['secrets', app] })
      say('Kept, encrypted.')
      onClose()
    },
  })
  const fault = put.error instanceof PosthornError ? put.error : undefined
  const [isSent, setSent] = useState(false)
  const isMissing = { name: isSent && name.trim() === '', value: isSent && value === '' }
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setSent(true)
    // The name stands in the address of the call: without one there is none to make.
    if (name.trim() !== '' && value !== '') put.mutate()
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title={known === '' ? 'Add secret' : `Replace ${known}`}
      actions={
        <>
          <span className="flex-1" />
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" form={FORM} disabled={put.isPending}>
            {known === '' ? 'Add secret' : 'Replace secret'}
          </Button>
        </>
      }
    >
      <form id={FORM} onSubmit={submit} className="flex flex-col gap-4" noValidate>
        <TextField
          label="Name"
          mono
          readOnly={known !== ''}
          value={name}
          onText={setName}
          hint="Letters, digits, _ and -, for example erp_token."
          fault={isMissing.name ? 'A secret has a name.' : faultOf(fault, '/name')}
        />
        <TextField
          label="Value"
          mono
          type="password"
          value={value}
          onText={setValue}
          hint="It is not shown again."
          fault={isMissing.value ? 'A secret has a value.' : faultOf(fault, '/value')}
        />
        {fault !== undefined && fault.fields.length === 0 && <Note kind="fail" title={fault.message} />}
      </form>
    </Dialog>
  )
}
