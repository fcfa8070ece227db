import type { PlanOut } from '@posthorn/sdk'
import { useSearch } from '@tanstack/react-router'
import { api } from '../../lib/api.ts'
import { count } from '../../lib/amounts.ts'
import { useRows } from '../../lib/keyset.ts'
import { duration } from '../../lib/time.ts'
import type { Column } from '../../ui/data-table.tsx'
import { LogList } from '../../ui/log-list.tsx'
import { PageBody, PageHead } from '../../ui/page.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { retryWords } from '../webhooks/retry-words.ts'

const unlimited = <span className="text-text-3">no limit</span>

/** What applications may use. */
export function PlansPage() {
  const { q = '' } = useSearch({ from: '/org/plans' })
  const list = useRows(['plan-list'], (iterator) => api.plan.list({ limit: 100, ...(iterator && { iterator }) }))
  return (
    <>
      <PageHead
        needs="manage"
        title="Plans"
        facts="What applications may use. Over the hourly limit deliveries wait; nothing is dropped."
      />
      <PageBody>
        <div className="overflow-hidden rounded-lg border border-line bg-surface">
          <LogList
            label="Plans"
            noun="plan"
            scrolls={false}
            list={{ ...list, rows: list.rows.filter(({ name }) => name.includes(q)) }}
            columns={columns}
            rowKey={({ name }) => name}
            empty={<EmptyState title="No plans." />}
          />
        </div>
      </PageBody>
    </>
  )
}

const columns: readonly Column<PlanOut>[] = [
  { name: 'name', head: 'Plan', cell: ({ name }) => <span className="font-medium">{name}</span> },
  {
    name: 'endpoints',
    head: 'Webhook endpoints',
    width: '160px',
    align: 'right',
    cell: ({ endpointsMax }) => (endpointsMax === null ? unlimited : count(endpointsMax)),
  },
  {
    name: 'hour',
    head: 'Deliveries per hour',
    width: '160px',
    align: 'right',
    cell: ({ deliveriesPerHour }) => (deliveriesPerHour === null ? unlimited : count(deliveriesPerHour)),
  },
  {
    name: 'retries',
    head: 'Retry attempts',
    width: '130px',
    align: 'right',
    gives: 'narrow',
    cell: ({ retriesMax }) => (retriesMax === null ? unlimited : retriesMax),
  },
  {
    name: 'timeout',
    head: 'Delivery timeout',
    width: '140px',
    align: 'right',
    gives: 'narrow',
    cell: ({ timeoutMsMax }) => (timeoutMsMax === null ? unlimited : duration(timeoutMsMax)),
  },
  {
    name: 'policy',
    head: 'Retries',
    width: '200px',
    gives: 'narrow',
    cell: ({ defaultRetryPolicy }) => <span className="text-text-2">{retryWords(defaultRetryPolicy)}</span>,
  },
]
