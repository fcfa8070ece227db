import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { shortId } from '../../lib/ids.ts'
import { PageBody, PageHead } from '../../ui/page.tsx'
import { ErrorState, SkeletonRows } from '../../ui/states.tsx'
import { DeliveryDetail, DeliveryHead } from './delivery-detail.tsx'
import { deliveryQuery } from './queries.ts'
import type { AttemptTab } from './search.ts'

/** The same delivery as a page of its own. */
export function DeliveryPage() {
  const { app, delivery: id } = useParams({ from: '/a/$app/deliveries/$delivery' })
  const [shown, setShown] = useState<{ readonly attempt?: string; readonly tab?: AttemptTab }>({})
  const { data, error, isPending, refetch } = useQuery(deliveryQuery(app, id))
  return (
    <>
      <PageHead
        title={data?.eventType ?? 'Delivery'}
        tabTitle={shortId(id)}
        crumbs={[{ label: 'Deliveries', link: { to: '/a/$app/deliveries', params: { app } } }]}
        facts={data && <DeliveryHead app={app} delivery={data} />}
        line
      />
      <PageBody className="max-w-[60rem]">
        {isPending ? (
          <SkeletonRows rows={5} />
        ) : data === undefined ? (
          <ErrorState error={error} onRetry={() => void refetch()} />
        ) : (
          <DeliveryDetail
            app={app}
            delivery={data}
            attempt={shown.attempt}
            tab={shown.tab ?? 'request'}
            onChange={(change) =>
              setShown({ ...shown, ...(change.attempt && { attempt: change.attempt }), ...(change.tab && { tab: change.tab }) })
            }
          />
        )}
      </PageBody>
    </>
  )
}
