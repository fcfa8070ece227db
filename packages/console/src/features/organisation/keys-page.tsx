import { type KeyOut, PosthornError } from '@posthorn/sdk'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { api } from '../../lib/api.ts'
import { faultOf } from '../../lib/field-faults.ts'
import { useRows } from '../../lib/keyset.ts'
import { Button } from '../../ui/button.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { type Column, InRow } from '../../ui/data-table.tsx'
import { Confirm, Dialog } from '../../ui/dialog.tsx'
import { SelectField, TextField } from '../../ui/field.tsx'
import { FindField } from '../../ui/find/find-field.tsx'
import { SearchBox } from '../../ui/filters.tsx'
import { LogList } from '../../ui/log-list.tsx'
import { Note } from '../../ui/note.tsx'
import { PageBody, PageHead } from '../../ui/page.tsx'
import { EmptyState, wordsOf } from '../../ui/states.tsx'
import { RelativeTime, Time } from '../../ui/time.tsx'
import { say, sayFailure } from '../../ui/toast.tsx'
import { May } from '../../ui/may.tsx'

/** Keys of programs: made once, shown once. */
export function KeysPage() {
  const { q = '' } = useSearch({ from: '/org/keys' })
  const navigate = useNavigate({ from: '/org/keys' })
  const queries = useQueryClient()
  const [adding, setAdding] = useState(false)
  const [revoking, setRevoking] = useState<KeyOut>()
  const list = useRows(['keys', q], (iterator) => api.key.list({ limit: 100, ...(q !== '' && { text: q }), ...(iterator && { iterator }) }))
  const revoke = useMutation({
    mutationFn: (id: string) => api.key.revoke(id),
    onSuccess: () => say('Revoked. Calls with it are refused.'),
    onError: (error) => sayFailure('The key stays.', wordsOf(error).detail),
    onSettled: () => void queries.invalidateQueries({ queryKey: ['keys'] }),
  })
  const add = (
    <Button kind="primary" onClick={() => setAdding(true)}>
      <Plus aria-hidden />
      Create key
    </Button>
  )
  return (
    <>
      <PageHead needs="manage" title="API keys" facts="For programs. A key is shown once, when it is made." actions={add}>
        <SearchBox
          value={q}
          placeholder="Name, or the last four"
          onChange={(text) => void navigate({ search: text === '' ? {} : { q: text }, replace: true })}
        />
      </PageHead>
      <PageBody>
        <div className="overflow-hidden rounded-lg border border-line bg-surface">
          <LogList
            label="API keys"
            noun="key"
            scrolls={false}
            list={list}
            columns={columns(setRevoking)}
            rowKey={({ id }) => id}
            {...(q !== '' && { onClearFilters: () => void navigate({ search: {}, replace: true }) })}
            empty={<EmptyState title="No keys." action={add} />}
          />
        </div>
      </PageBody>
      {adding && <CreateKey onClose={() => setAdding(false)} />}
      <Confirm
        open={revoking !== undefined}
        onClose={() => setRevoking(undefined)}
        title={`Revoke ${revoking?.name ?? ''}?`}
        act="Revoke key"
        onConfirm={() => {
          if (revoking !== undefined) revoke.mutate(revoking.id)
          setRevoking(undefined)
        }}
      >
        Programs that use it are refused at once. A revoked key cannot be brought back.
      </Confirm>
    </>
  )
}

function columns(onRevoke: (key: KeyOut) => void): readonly Column<KeyOut>[] {
  return [
    { name: 'name', head: 'Name', cell: ({ name }) => <span className="font-medium">{name}</span> },
    { name: 'last4', head: 'Ends in', width: '90px', cell: ({ last4 }) => <code className="font-mono text-text-2">…{last4}</code> },
    {
      name: 'scope',
      head: 'For',
      gives: 'narrow',
      cell: ({ applicationId, kind }) =>
        kind === 'portal' ? 'a portal visit' : applicationId === null ? 'the organisation' : 'one application',
    },
    { name: 'access', head: 'May', width: '120px', cell: ({ access }) => (access === 'read' ? 'read' : 'read and write') },
    {
      name: 'used',
      head: 'Last used',
      width: '130px',
      gives: 'narrow',
      cell: ({ lastUsedAt }) => (lastUsedAt === null ? <span className="text-text-3">never</span> : <RelativeTime at={lastUsedAt} />),
    },
    {
      name: 'expires',
      head: 'Ends',
      width: '130px',
      gives: 'narrow',
      cell: ({ expiresAt }) => (expiresAt === null ? <span className="text-text-3">never</span> : <Time at={expiresAt} />),
    },
    {
      name: 'actions',
      head: <span className="sr-only">Actions</span>,
      width: '100px',
      align: 'right',
      cell: (key) => (
        <May what="manage">
          <InRow>
            <Button kind="quiet" size="sm" onClick={() => onRevoke(key)}>
              Revoke
            </Button>
          </InRow>
        </May>
      ),
    },
  ]
}

const FORM = 'create-key'
const scopes = [
  { value: 'organisation', label: 'The whole organisation' },
  { value: 'application', label: 'One application' },
] as const
const accesses = [
  { value: 'write', label: 'Read and write' },
  { value: 'read', label: 'Read' },
] as const

function CreateKey({ onClose }: { onClose(): void }) {
  const queries = useQueryClient()
  const [name, setName] = useState('')
  const [scope, setScope] = useState<(typeof scopes)[number]['value']>('organisation')
  const [application, setApplication] = useState('')
  const [isSent, setSent] = useState(false)
  const [access, setAccess] = useState<'read' | 'write'>('write')
  const create = useMutation({
    mutationFn: () => api.key.create({ name, access, application: scope === 'organisation' ? null : application }),
    onSuccess: () => void queries.invalidateQueries({ queryKey: ['keys'] }),
  })
  const fault = create.error instanceof PosthornError ? create.error : undefined
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    setSent(true)
    if (scope === 'organisation' || application !== '') create.mutate()
  }
  if (create.data !== undefined) return <ShownKey text={create.data.key} onDone={onClose} />
  return (
    <Dialog
      open
      onClose={onClose}
      title="Create key"
      actions={
        <>
          <span className="flex-1 text-xs text-text-3">Next you see the key, once.</span>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" form={FORM} disabled={create.isPending}>
            Create key
          </Button>
        </>
      }
    >
      <form id={FORM} onSubmit={submit} className="flex flex-col gap-4" noValidate>
        <TextField
          label="Name"
          autoFocus
          placeholder="What uses it, for example Billing service"
          value={name}
          onText={setName}
          fault={faultOf(fault, '/name')}
        />
        <SelectField
          label="For"
          options={scopes}
          value={scope}
          onValue={(next) => setScope(next)}
          hint="A key of one application reaches nothing else."
        />
        {scope === 'application' && (
          <FindField
            noun="application"
            label="Application"
            value={application}
            none="Choose an application"
            onChoose={({ id }) => setApplication(id)}
            fault={isSent && application === '' ? 'Choose the application that the key is for.' : faultOf(fault, '/application')}
          />
        )}
        <SelectField label="May" options={accesses} value={access} onValue={(next) => setAccess(next)} />
        {fault !== undefined && fault.fields.length === 0 && <Note kind="fail" title={fault.message} />}
      </form>
    </Dialog>
  )
}

function ShownKey({ text, onDone }: { readonly text: string; onDone(): void }) {
  return (
    <Dialog
      open
      stays
      onClose={onDone}
      title="Copy your key"
      actions={
        <>
          <span className="flex-1" />
          <Button kind="primary" onClick={onDone}>
            Done
          </Button>
        </>
      }
    >
      <p className="pb-4 text-text-2">It is shown this one time.</p>
      <div className="flex items-center gap-3 rounded-md border border-edge bg-sunken p-3">
        <code className="min-w-0 flex-1 font-mono break-all">{text}</code>
        <CopyButton text={text}>Copy</CopyButton>
      </div>
    </Dialog>
  )
}
