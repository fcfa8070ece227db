import type { AuditListOut } from '@posthorn/sdk'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { api } from '../../lib/api.ts'
import { useRows } from '../../lib/keyset.ts'
import { rangeOf } from '../../lib/range-search.ts'
import { chosen } from '../../lib/search.ts'
import { beginOf, timeRanges } from '../../lib/time-range.ts'
import { LinkButton } from '../../ui/button.tsx'
import { CodeView } from '../../ui/code-view.tsx'
import type { Column } from '../../ui/data-table.tsx'
import { AnyTime, ChoiceChip, GivenChip, SearchBox } from '../../ui/filters.tsx'
import { LogList } from '../../ui/log-list.tsx'
import { Facts, PageHead } from '../../ui/page.tsx'
import { Panel, Split } from '../../ui/panel.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { Time } from '../../ui/time.tsx'
import type { AuditSearch } from './search.ts'

type Change = AuditListOut['data'][number]

/** Every change of the configuration: who, what, before and after. */
export function AuditPage() {
  const search = useSearch({ from: '/org/audit' })
  const navigate = useNavigate({ from: '/org/audit' })
  const after = beginOf(search.range ?? '30d')
  const filter = {
    limit: 50,
    ...(search.action !== undefined && { action: search.action }),
    ...(search.actor !== undefined && { actor: search.actor }),
    ...(search.target !== undefined && { target: search.target }),
    ...(after !== undefined && { after }),
  }
  const list = useRows(['audit', filter], (iterator) => api.audit.list({ ...filter, ...(iterator && { iterator }) }))
  const open = list.rows.find(({ id }) => id === search.open)
  const set = (change: { readonly [Name in keyof AuditSearch]: AuditSearch[Name] | undefined }): void =>
    void navigate({ search: chosen({ ...search, ...change }), replace: true })
  const filtered = ['action', 'actor', 'target'].some((name) => name in search)
  return (
    <>
      <PageHead title="Audit log" line>
        <div className="flex flex-wrap items-center gap-2">
          <SearchBox
            value={search.action ?? ''}
            placeholder="Action, such as endpoint.updated"
            onChange={(action) => set({ action: action === '' ? undefined : action })}
          />
          <SearchBox
            value={search.target ?? ''}
            placeholder="Id of what was changed"
            onChange={(target) => set({ target: target === '' ? undefined : target })}
          />
          <GivenChip label="By" value={search.actor} onRemove={() => set({ actor: undefined })} />
          <ChoiceChip
            label="Time range"
            options={timeRanges}
            value={search.range ?? '30d'}
            onChange={(range) => set({ range: range === '30d' ? undefined : rangeOf(range) })}
          />
        </div>
      </PageHead>
      <Split panel={open !== undefined && <ChangePanel change={open} onClose={() => set({ open: undefined })} />}>
        <LogList
          label="Changes"
          noun="change"
          list={list}
          columns={columns}
          tall
          rowKey={({ id }) => id}
          rowLink={({ id }) => ({ to: '/org/audit', search: { ...search, open: id } })}
          rowLabel={(change) => `${change.action} ${targetName(change) ?? change.target}`}
          selected={search.open}
          beside={open !== undefined}
          {...(filtered && { onClearFilters: () => set({ action: undefined, actor: undefined, target: undefined }) })}
          empty={
            <EmptyState
              title="Nothing was changed in this time."
              also={<AnyTime search={search} onChange={({ range }) => set({ range })} />}
            />
          }
        />
      </Split>
    </>
  )
}

const columns: readonly Column<Change>[] = [
  { name: 'action', head: 'Action', width: '210px', cell: ({ action }) => <span className="font-mono">{action}</span> },
  { name: 'target', head: 'Changed', cell: (change) => <Named name={targetName(change)} id={change.target} /> },
  { name: 'actor', head: 'By', gives: 'panel', cell: ({ actor, actorName }) => <Named name={actorName} id={actor} /> },
  { name: 'ip', head: 'From', width: '140px', gives: 'narrow', cell: ({ ip }) => <span className="text-text-2">{ip}</span> },
  { name: 'at', head: 'When', width: '130px', align: 'right', cell: ({ at }) => <Time at={at} /> },
]

/** What people call it, and its id beneath. */
function Named({ name, id }: { readonly name: string | null; readonly id: string }) {
  const isSystem = id === 'system'
  return (
    <span className="flex min-w-0 flex-col">
      {(name !== null || isSystem) && <span className="clip">{name ?? 'The server'}</span>}
      {!isSystem && name !== id && (
        <span className="clip font-mono text-xs text-text-2" title={id}>
          {id}
        </span>
      )}
    </span>
  )
}

/** As the change itself has it: the thing may be gone since. */
function targetName({ before, after }: Change): string | null {
  for (const state of [after, before]) {
    if (typeof state !== 'object' || state === null) continue
    const { name, description, email, uid } = state as Readonly<Record<string, unknown>>
    const found = [name, description, email, uid].find((one) => typeof one === 'string' && one !== '')
    if (found !== undefined) return String(found)
  }
  return null
}

function ChangePanel({ change, onClose }: { readonly change: Change; onClose(): void }) {
  return (
    <Panel label="Change" onClose={onClose} head={<h2 className="font-mono text-md">{change.action}</h2>}>
      <Facts
        rows={[
          ['When', <Time key="at" at={change.at} />],
          ['By', <Named key="by" name={change.actorName} id={change.actor} />],
          ['From', change.ip ?? 'the server itself'],
          ['Changed', <Named key="target" name={targetName(change)} id={change.target} />],
        ]}
      />
      <div className="flex flex-wrap gap-2">
        <LinkButton to="/org/audit" search={{ target: change.target, range: 'all' }}>
          All changes of this
        </LinkButton>
        <LinkButton to="/org/audit" search={{ actor: change.actor, range: 'all' }}>
          All by the same
        </LinkButton>
      </div>
      <h3>Before</h3>
      {change.before === null ? (
        <p className="text-text-2">It was not there.</p>
      ) : (
        <CodeView json label="Before" text={JSON.stringify(change.before, null, 2)} maxHeight="36vh" />
      )}
      <h3>After</h3>
      {change.after === null ? (
        <p className="text-text-2">It is gone.</p>
      ) : (
        <CodeView json label="After" text={JSON.stringify(change.after, null, 2)} maxHeight="36vh" />
      )}
    </Panel>
  )
}
