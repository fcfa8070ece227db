import { useQuery } from '@tanstack/react-query'
import { useParams, useSearch } from '@tanstack/react-router'
import { RotateCw, SquarePen, Timer } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { surface } from '../../lib/surface.ts'
import { hostText } from '../../lib/host-text.ts'
import { duration } from '../../lib/time.ts'
import { PageBody, PageHead } from '../../ui/page.tsx'
import { ErrorState, SkeletonRows } from '../../ui/states.tsx'
import { StatusPill } from '../../ui/status.tsx'
import { LinkTabs } from '../../ui/tabs.tsx'
import { EndpointActions } from './endpoint-actions.tsx'
import { EndpointBanner } from './endpoint-banner.tsx'
import { EndpointEvents } from './endpoint-events.tsx'
import { EndpointHeaders } from './endpoint-headers.tsx'
import { EndpointOverview } from './endpoint-overview.tsx'
import { EndpointSettings } from './endpoint-settings.tsx'
import { EndpointTransform } from './endpoint-transform.tsx'
import { type Endpoint, endpointQuery } from './queries.ts'
import { retryWords } from './retry-words.ts'
import type { EndpointSearch } from './search.ts'
import type { TestResult } from './test-event.tsx'
import { TestNote } from './test-note.tsx'
import { VerifyTab } from './verify/verify-tab.tsx'

type Tab = NonNullable<EndpointSearch['tab']>

/** One endpoint: does it work, and if not, since when. */
export function EndpointPage() {
  const { app, endpoint: id } = useParams({ from: '/a/$app/settings/webhooks/$endpoint' })
  const { data, error, refetch } = useQuery(endpointQuery(app, id))
  if (data === undefined) {
    return (
      <>
        <PageHead title="Endpoint" crumbs={[{ label: 'Webhooks', link: { to: '/a/$app/settings/webhooks', params: { app } } }]} />
        {error === null ? <SkeletonRows /> : <ErrorState error={error} onRetry={() => void refetch()} />}
      </>
    )
  }
  return <EndpointView app={app} endpoint={data} />
}

function EndpointView({ app, endpoint }: { readonly app: string; readonly endpoint: Endpoint }) {
  const { tab = 'deliveries' } = useSearch({ from: '/a/$app/settings/webhooks/$endpoint' })
  const [result, setResult] = useState<TestResult>()
  const name = endpoint.description || hostText(endpoint.url)
  const settings = { label: 'Settings', link: { to: '/a/$app/settings/application', params: { app } } as const }
  const tabs: readonly { readonly name: Tab; readonly label: string; readonly note?: ReactNode }[] = [
    { name: 'deliveries', label: 'Overview' },
    { name: 'events', label: 'Events', note: endpoint.eventTypes?.length ?? 'all' },
    { name: 'transform', label: 'Transform and filter' },
    { name: 'headers', label: 'Headers' },
    { name: 'settings', label: 'Settings' },
    { name: 'verify', label: 'Verify in your code' },
  ]
  return (
    <>
      <PageHead
        title={name}
        crumbs={[
          ...(surface.isPortal ? [] : [settings]),
          { label: 'Webhooks', link: { to: '/a/$app/settings/webhooks', params: { app } } },
        ]}
        state={<StatusPill status={endpoint.state} />}
        facts={<EndpointFacts endpoint={endpoint} />}
        actions={
          <EndpointActions app={app} endpoint={endpoint} primary={tab === 'deliveries' && endpoint.state === 'active'} onTest={setResult} />
        }
      >
        <LinkTabs
          label="Parts of the endpoint"
          tabs={tabs}
          current={tab}
          linkTo={(name) => ({
            to: '/a/$app/settings/webhooks/$endpoint',
            params: { app, endpoint: endpoint.id },
            search: name === 'deliveries' ? {} : { tab: name },
          })}
        />
      </PageHead>
      <PageBody>
        <EndpointBanner app={app} endpoint={endpoint} />
        {result !== undefined && <TestNote app={app} result={result} onClose={() => setResult(undefined)} />}
        {tab === 'deliveries' && <EndpointOverview app={app} endpoint={endpoint} />}
        {tab === 'events' && <EndpointEvents key={endpoint.updatedAt} app={app} endpoint={endpoint} />}
        {tab === 'transform' && <EndpointTransform key={endpoint.updatedAt} app={app} endpoint={endpoint} />}
        {tab === 'headers' && <EndpointHeaders app={app} endpoint={endpoint} />}
        {tab === 'settings' && <EndpointSettings key={endpoint.updatedAt} app={app} endpoint={endpoint} />}
        {tab === 'verify' && <VerifyTab profile={endpoint.signing} />}
      </PageBody>
    </>
  )
}

function EndpointFacts({ endpoint: { uid, url, signing, timeoutMs, retryPolicy } }: { readonly endpoint: Endpoint }) {
  return (
    <span className="flex min-w-0 flex-wrap items-center gap-x-4 gap-y-1 [&_svg]:size-3.5">
      <code className="min-w-0 font-mono break-all text-text">{url}</code>
      {uid !== null && !surface.isPortal && <code className="min-w-0 font-mono break-all">{uid}</code>}
      <span className="flex items-center gap-1.5">
        <SquarePen aria-hidden />
        {signing} signature
      </span>
      {timeoutMs !== null && (
        <span className="flex items-center gap-1.5">
          <Timer aria-hidden />
          {duration(timeoutMs)}
        </span>
      )}
      {!(retryPolicy === null && surface.isPortal) && (
        <span className="flex items-center gap-1.5">
          <RotateCw aria-hidden />
          {retryWords(retryPolicy)}
        </span>
      )}
    </span>
  )
}
