import type { PlanOut } from '@posthorn/sdk'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { api } from '../../lib/api.ts'
import { count } from '../../lib/amounts.ts'
import { useRows } from '../../lib/keyset.ts'
import { duration } from '../../lib/time.ts'
import { Button } from '../../ui/button.tsx'
import type { Column } from '../../ui/data-table.tsx'
import { Confirm } from '../../ui/dialog.tsx'
import { SearchBox } from '../../ui/filters.tsx'
import { LogList } from '../../ui/log-list.tsx'
import { May } from '../../ui/may.tsx'
import { PageBody, PageHead } from '../../ui/page.tsx'
import { EmptyState, wordsOf } from '../../ui/states.tsx'
import { say, sayFailure } from '../../ui/toast.tsx'
import { retryWords } from '../webhooks/retry-words.ts'
import { WritePlan } from './write-plan.tsx'

/** What applications may use. */
export function PlansPage() {
  const { q = '' } = useSearch({ from: '/org/plans' })
  const navigate = useNavigate({ from: '/org/plans' })
  const list = useRows(['plan-list', q], (iterator) =>
    api.plan.list({ limit: 100, ...(q !== '' && { text: q }), ...(iterator && { iterator }) }),
  )
  const [writing, setWriting] = useState<PlanOut | 'new'>()
  const [deleting, setDeleting] = useState<string>()
  const remove = useDelete()
  return (
    <>
      <PageHead
        needs="manage"
        title="Plans"
        facts="What applications may use. Over the hourly limit deliveries wait; nothing is dropped."
        actions={
          <Button kind="primary" onClick={() => setWriting('new')}>
            <Plus aria-hidden />
            Add plan
          </Button>
        }
      >
        <SearchBox
          value={q}
          placeholder="Name"
          onChange={(text) => void navigate({ search: text === '' ? {} : { q: text }, replace: true })}
        />
      </PageHead>
      <PageBody>
        <div className="overflow-hidden rounded-lg border border-line bg-surface">
          <LogList
            label="Plans"
            noun="plan"
            scrolls={false}
            list={list}
            columns={columnsOf({ onEdit: setWriting, onDelete: setDeleting })}
            rowKey={({ name }) => name}
            {...(q !== '' && { onClearFilters: () => void navigate({ search: {}, replace: true }) })}
            empty={<EmptyState title="No plans." />}
          />
        </div>
      </PageBody>
      {writing !== undefined && <WritePlan known={writing === 'new' ? undefined : writing} onClose={() => setWriting(undefined)} />}
      <Confirm
        open={deleting !== undefined}
        onClose={() => setDeleting(undefined)}
        title={`Delete ${deleting ?? ''}?`}
        act="Delete plan"
        onConfirm={() => {
          if (deleting !== undefined) remove.mutate(deleting)
          setDeleting(undefined)
        }}
      >
        A plan that applications have is not deleted: give them another one first, under Application.
      </Confirm>
    </>
  )
}

interface Acts {
  onEdit(plan: PlanOut): void
  onDelete(name: string): void
}

const unlimited = <span className="text-text-3">no limit</span>

/** A limit; on a phone, where no head stands above it, with what it is of. */
function Limit({ of, children }: { readonly of: string; readonly children: ReactNode }) {
  return (
    <>
      <span className="text-text-3 desk:hidden">{of} </span>
      {children ?? unlimited}
    </>
  )
}

const columnsOf = ({ onEdit, onDelete }: Acts): readonly Column<PlanOut>[] => [
  { name: 'name', head: 'Plan', cell: ({ name }) => <span className="font-medium">{name}</span> },
  {
    name: 'endpoints',
    head: 'Webhook endpoints',
    width: '140px',
    align: 'right',
    cell: ({ endpointsMax }) => <Limit of="Endpoints">{endpointsMax === null ? null : count(endpointsMax)}</Limit>,
  },
  {
    name: 'hour',
    head: 'Deliveries per hour',
    width: '140px',
    align: 'right',
    cell: ({ deliveriesPerHour }) => <Limit of="An hour">{deliveriesPerHour === null ? null : count(deliveriesPerHour)}</Limit>,
  },
  {
    name: 'retries',
    head: 'Retry attempts',
    width: '120px',
    align: 'right',
    gives: 'narrow',
    cell: ({ retriesMax }) => retriesMax ?? unlimited,
  },
  {
    name: 'timeout',
    head: 'Delivery timeout',
    width: '130px',
    align: 'right',
    gives: 'narrow',
    cell: ({ timeoutMsMax }) => (timeoutMsMax === null ? unlimited : duration(timeoutMsMax)),
  },
  {
    name: 'policy',
    head: 'Retries',
    width: '190px',
    gives: 'narrow',
    cell: ({ defaultRetryPolicy }) => <span className="text-text-2">{retryWords(defaultRetryPolicy)}</span>,
  },
  {
    name: 'actions',
    head: <span className="sr-only">Actions</span>,
    width: '150px',
    align: 'right',
    cell: (plan) =>
      plan.builtIn ? (
        <span className="text-text-3">built in</span>
      ) : (
        <May what="manage">
          <span className="inline-flex gap-1">
            <Button kind="quiet" size="sm" aria-label={`Edit ${plan.name}`} onClick={() => onEdit(plan)}>
              Edit
            </Button>
            <Button kind="quiet" size="sm" aria-label={`Delete ${plan.name}`} onClick={() => onDelete(plan.name)}>
              Delete
            </Button>
          </span>
        </May>
      ),
  },
]

function useDelete() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (name: string) => api.plan.delete(name),
    onSuccess: () => say('Deleted.'),
    onError: (error) => sayFailure('The plan stays.', wordsOf(error).detail),
    onSettled: () => ['plan-list', 'plans'].forEach((key) => void queries.invalidateQueries({ queryKey: [key] })),
  })
}
