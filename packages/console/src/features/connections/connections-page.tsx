import type { ConnectionOut } from '@posthorn/sdk'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { api } from '../../lib/api.ts'
import { useRows } from '../../lib/keyset.ts'
import { Button } from '../../ui/button.tsx'
import { type Column, InRow } from '../../ui/data-table.tsx'
import { Confirm } from '../../ui/dialog.tsx'
import { SearchBox } from '../../ui/filters.tsx'
import { LogList } from '../../ui/log-list.tsx'
import { May } from '../../ui/may.tsx'
import { PageBody, PageHead } from '../../ui/page.tsx'
import { EmptyState, wordsOf } from '../../ui/states.tsx'
import { say, sayFailure } from '../../ui/toast.tsx'
import { kinds } from './connection-form.ts'
import { connectionsKey } from './queries.ts'
import { WriteConnection } from './write-connection.tsx'

/** Systems that flows call by name: where each is, and how calls show who calls. */
export function ConnectionsPage() {
  const { app } = useParams({ from: '/a/$app/settings/connections' })
  const { q = '' } = useSearch({ from: '/a/$app/settings/connections' })
  const navigate = useNavigate({ from: '/a/$app/settings/connections' })
  /** The one that is edited; `new` for one that is added. */
  const [writing, setWriting] = useState<ConnectionOut | 'new'>()
  const [deleting, setDeleting] = useState<string>()
  const list = useRows([...connectionsKey(app), 'rows', q], (iterator) =>
    api.connection.list(app, { limit: 100, ...(q !== '' && { text: q }), ...(iterator && { iterator }) }),
  )
  const remove = useDelete(app)
  const add = (
    <Button kind="primary" onClick={() => setWriting('new')}>
      <Plus aria-hidden />
      Add connection
    </Button>
  )
  return (
    <>
      <PageHead title="Connections" facts="Systems that flows call by name: their address, and how calls show who calls." actions={add}>
        <SearchBox
          value={q}
          placeholder="Name or URL"
          onChange={(text) => void navigate({ search: text === '' ? {} : { q: text }, replace: true })}
        />
      </PageHead>
      <PageBody>
        <div className="overflow-hidden rounded-lg border border-line bg-surface">
          <LogList
            label="Connections"
            noun="connection"
            scrolls={false}
            list={list}
            columns={columnsOf(app, { onEdit: setWriting, onDelete: setDeleting })}
            rowKey={({ name }) => name}
            {...(q !== '' && { onClearFilters: () => void navigate({ search: {}, replace: true }) })}
            empty={
              <EmptyState
                title="No connections yet."
                action={add}
                command={`posthorn connection put erp --app ${app} --data '{ "baseUrl": "https://erp.example.com/api/v2", "auth": { "kind": "bearer", "token": "..." } }'`}
              >
                A system that several steps call belongs here. HTTP Request names it in System, and gives the path behind its address.
              </EmptyState>
            }
          />
        </div>
      </PageBody>
      {writing !== undefined && (
        <WriteConnection app={app} known={writing === 'new' ? undefined : writing} onClose={() => setWriting(undefined)} />
      )}
      <Confirm
        open={deleting !== undefined}
        onClose={() => setDeleting(undefined)}
        title={`Delete ${deleting ?? ''}?`}
        act="Delete connection"
        onConfirm={() => {
          if (deleting !== undefined) remove.mutate(deleting)
          setDeleting(undefined)
        }}
      >
        A connection that a published flow calls is not deleted; the answer names it. Its secret stays under Secrets.
      </Confirm>
    </>
  )
}

interface Acts {
  onEdit(connection: ConnectionOut): void
  onDelete(name: string): void
}

function columnsOf(app: string, { onEdit, onDelete }: Acts): readonly Column<ConnectionOut>[] {
  return [
    { name: 'name', head: 'Name', width: '180px', cell: ({ name }) => <code className="clip font-mono">{name}</code> },
    { name: 'url', head: 'Base URL', cell: ({ baseUrl }) => <code className="clip font-mono text-text-2">{baseUrl}</code> },
    {
      name: 'auth',
      head: 'Authentication',
      width: '210px',
      gives: 'narrow',
      cell: ({ auth }) => kinds.find(({ value }) => value === auth.kind)?.label,
    },
    { name: 'callers', head: 'Used by', gives: 'narrow', cell: ({ calledBy }) => <Callers {...{ app, calledBy }} /> },
    {
      name: 'actions',
      head: <span className="sr-only">Actions</span>,
      width: '150px',
      align: 'right',
      cell: (connection) => (
        <May>
          <InRow>
            <span className="inline-flex gap-1">
              <Button kind="quiet" size="sm" onClick={() => onEdit(connection)}>
                Edit
              </Button>
              <Button kind="quiet" size="sm" onClick={() => onDelete(connection.name)}>
                Delete
              </Button>
            </span>
          </InRow>
        </May>
      ),
    },
  ]
}

/** The published flows that call it. */
function Callers({ app, calledBy: { count, flows } }: { readonly app: string } & Pick<ConnectionOut, 'calledBy'>) {
  const [first] = flows
  if (first === undefined) return <span className="text-text-3">No published flow</span>
  return (
    <InRow>
      <span className="clip">
        <Link to="/a/$app/flows/$flow" params={{ app, flow: first.id }} className="text-accent-text hover:underline">
          {first.name}
        </Link>
        {count > 1 && <span title={flows.map(({ name }) => name).join(', ')} className="text-text-3">{` and ${count - 1} more`}</span>}
      </span>
    </InRow>
  )
}

function useDelete(app: string) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (name: string) => api.connection.delete(app, name),
    onSuccess: () => say('Deleted.'),
    onError: (error) => sayFailure('The connection stays.', wordsOf(error).detail),
    onSettled: () => void queries.invalidateQueries({ queryKey: connectionsKey(app) }),
  })
}
