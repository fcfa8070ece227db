import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Maximize2 } from 'lucide-react'
import { Panel } from '../../ui/panel.tsx'
import { ErrorState, SkeletonRows } from '../../ui/states.tsx'
import { DeliveryDetail, DeliveryHead } from './delivery-detail.tsx'
import { deliveryQuery } from './queries.ts'
import type { AttemptTab, DeliveriesSearch } from './search.ts'

interface Props {
  readonly app: string
  readonly id: string
  readonly attempt: string | undefined
  readonly tab: AttemptTab
  onChange(change: DeliveriesSearch): void
  onClose(): void
}

/** One delivery beside the list. */
export function DeliveryPanel({ app, id, attempt, tab, onChange, onClose }: Props) {
  const { data, error, isPending, refetch } = useQuery(deliveryQuery(app, id))
  return (
    <Panel
      label="Delivery"
      onClose={onClose}
      head={data === undefined ? <span className="font-mono">{id}</span> : <DeliveryHead app={app} delivery={data} />}
      actions={
        <Link
          to="/a/$app/deliveries/$delivery"
          params={{ app, delivery: id }}
          title="Open in a page"
          aria-label="Open in a page"
          className="inline-flex size-control-sm items-center justify-center rounded-md text-text-2 hover:bg-hover"
        >
          <Maximize2 aria-hidden className="size-[15px]" />
        </Link>
      }
    >
      {isPending ? (
        <SkeletonRows rows={5} />
      ) : data === undefined ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : (
        <DeliveryDetail app={app} delivery={data} attempt={attempt} tab={tab} onChange={onChange} />
      )}
    </Panel>
  )
}
