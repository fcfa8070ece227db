import type { MemberOut } from '@posthorn/sdk'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { UserPlus } from 'lucide-react'
import { useState } from 'react'
import { api } from '../../lib/api.ts'
import { useRows } from '../../lib/keyset.ts'
import { useMay } from '../../lib/me.ts'
import { Button } from '../../ui/button.tsx'
import { type Column, InRow } from '../../ui/data-table.tsx'
import { SearchBox } from '../../ui/filters.tsx'
import { LogList } from '../../ui/log-list.tsx'
import { PageBody, PageHead } from '../../ui/page.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { RelativeTime } from '../../ui/time.tsx'
import { InviteMember } from './invite-member.tsx'
import { MemberMenu } from './member-menu.tsx'
import { roleOptions } from './member-roles.ts'

/** The people who sign in: whom to let in, and what each may do. */
export function MembersPage() {
  const { q = '' } = useSearch({ from: '/org/members' })
  const navigate = useNavigate({ from: '/org/members' })
  const manages = useMay('manage')
  const [inviting, setInviting] = useState(false)
  const list = useRows(['members', q], (iterator) =>
    api.member.list({ limit: 100, ...(q !== '' && { text: q }), ...(iterator && { iterator }) }),
  )
  if (!manages) return <PageHead title="Members" facts="Only owners see who the members are. Ask one." />
  const add = (
    <Button kind="primary" onClick={() => setInviting(true)}>
      <UserPlus aria-hidden />
      Invite member
    </Button>
  )
  return (
    <>
      <PageHead needs="manage" title="Members" facts="People who sign in here. Programs have API keys." actions={add}>
        <SearchBox
          value={q}
          placeholder="Name or address"
          onChange={(text) => void navigate({ search: text === '' ? {} : { q: text }, replace: true })}
        />
      </PageHead>
      <PageBody>
        <div className="overflow-hidden rounded-lg border border-line bg-surface">
          <LogList
            label="Members"
            noun="member"
            scrolls={false}
            list={list}
            columns={columns}
            rowKey={({ id }) => id}
            {...(q !== '' && { onClearFilters: () => void navigate({ search: {}, replace: true }) })}
            empty={
              <EmptyState title="No members yet." action={add} command="npx posthorn link">
                The first owner comes in by the link that the server printed, or by one that this command makes on its machine.
              </EmptyState>
            }
          />
        </div>
      </PageBody>
      {inviting && <InviteMember onClose={() => setInviting(false)} />}
    </>
  )
}

const columns: readonly Column<MemberOut>[] = [
  {
    name: 'name',
    head: 'Name',
    cell: ({ name, email }) => <span className="font-medium">{name === '' ? email : name}</span>,
  },
  { name: 'email', head: 'Email', gives: 'narrow', cell: ({ email }) => <span className="text-text-2">{email}</span> },
  { name: 'role', head: 'Role', width: '110px', cell: ({ role }) => roleOptions.find(({ value }) => value === role)?.word },
  {
    name: 'applications',
    head: 'Applications',
    width: '120px',
    gives: 'narrow',
    cell: ({ applicationIds }) => (applicationIds === null ? 'all' : String(applicationIds.length)),
  },
  {
    name: 'state',
    head: 'Last here',
    width: '140px',
    cell: ({ state, lastSeenAt }) =>
      state === 'disabled' ? (
        <span className="text-fail-text">Disabled</span>
      ) : lastSeenAt === null ? (
        <span className="text-text-3">{state === 'invited' ? 'invited' : 'never'}</span>
      ) : (
        <RelativeTime at={lastSeenAt} />
      ),
  },
  {
    name: 'actions',
    head: <span className="sr-only">Actions</span>,
    width: '60px',
    align: 'right',
    cell: (member) => (
      <InRow>
        <MemberMenu member={member} />
      </InRow>
    ),
  },
]
