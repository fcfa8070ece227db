import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { ArrowDownToLine, Send, Workflow, X } from 'lucide-react'
import type { ReactNode } from 'react'
import { count, counted, share } from '../../lib/amounts.ts'
import { chosen } from '../../lib/search.ts'
import { stretchWords } from '../../lib/time-range.ts'
import { Button } from '../../ui/button.tsx'
import { duration } from '../../lib/time.ts'
import { PageBody, PageHead } from '../../ui/page.tsx'
import { ErrorState, SkeletonRows } from '../../ui/states.tsx'
import { Segmented } from '../../ui/tabs.tsx'
import { Attention } from './attention.tsx'
import { folded } from './bars.ts'
import { DeliveriesCard } from './deliveries-card.tsx'
import { issuesQuery } from '../../lib/queries/issues-query.ts'
import { deliveryStatsQuery, isEmpty, PARTS_MAX, partsQuery, requestStatsQuery, runStatsQuery } from './queries.ts'
import { homeRanges, type HomeSearch } from './search.ts'
import { spanOf } from './span.ts'
import { StageCard } from './stage-card.tsx'
import { WaysIn } from './ways-in.tsx'

/** Is it well, and what needs me. */
export function HomePage() {
  const { app } = useParams({ from: '/a/$app/' })
  const when = useSearch({ from: '/a/$app/' })
  const { range = '24h' } = when
  const stretch = stretchWords(when)
  const navigate = useNavigate({ from: '/a/$app/' })
  const look = (next: HomeSearch): void => void navigate({ search: next, replace: true })
  const deliveries = useQuery(deliveryStatsQuery(app, when))
  const issues = useQuery(issuesQuery(app))
  const parts = useQuery(partsQuery(app)).data
  const failed = deliveries.error ?? issues.error
  return (
    <>
      <PageHead
        title="Home"
        facts={<Summary issues={issues.data?.data.length} complete={issues.data?.complete} sent={deliveries.data?.buckets} />}
        actions={
          <>
            {stretch !== undefined && (
              // Two dates are wider than a small screen with wide letters.
              <Button
                onClick={() => look({})}
                aria-label={`${stretch}, back to the last 24 h`}
                className="h-auto! min-h-control shrink-1! text-left whitespace-normal!"
              >
                {stretch}
                <X aria-hidden />
              </Button>
            )}
            <Segmented
              label="Time range"
              value={stretch === undefined ? range : undefined}
              onChange={(next) => look(chosen({ range: next === '24h' ? undefined : next }))}
              options={homeRanges.map((value) => ({ value, label: value.replace(/(\d+)/, '$1 ') }))}
            />
          </>
        }
      />
      <PageBody>
        {isEmpty(parts) && <WaysIn app={app} />}
        <Stages app={app} when={when} />
        {failed !== null && deliveries.data === undefined ? (
          <ErrorState
            error={failed}
            onRetry={() => {
              void deliveries.refetch()
              void issues.refetch()
            }}
          />
        ) : issues.isPending ? (
          // Nothing is shown that would move once it is known what needs attention.
          <SkeletonRows rows={8} />
        ) : (
          <>
            <Attention app={app} issues={issues.data?.data ?? []} />
            <DeliveriesCard app={app} when={when} stats={deliveries.data} onLook={(after, before) => look({ after, before })} />
          </>
        )}
      </PageBody>
    </>
  )
}

interface SummaryProps {
  readonly issues: number | undefined
  readonly complete: boolean | undefined
  readonly sent: readonly { readonly deliveries: number }[] | undefined
}

function Summary({ issues, complete = true, sent }: SummaryProps) {
  if (issues === undefined) return <>&nbsp;</>
  const flowing = sent?.some(({ deliveries }) => deliveries > 0) === true
  const how = flowing ? 'Webhooks are flowing.' : 'Nothing was sent in this time.'
  const words = ['Nothing needs', 'One thing needs', 'Two things need', 'Three things need', 'Four things need']
  const what = `${words[issues] ?? `${count(issues)} things need`} attention${complete ? '' : ', as far as was looked'}.`
  return (
    <>
      {how} {what}
    </>
  )
}

/** In, Run and Out side by side. */
function Stages({ app, when }: { readonly app: string; readonly when: HomeSearch }) {
  const requests = useQuery(requestStatsQuery(app, when)).data
  const runs = useQuery(runStatsQuery(app, when)).data
  const sent = useQuery(deliveryStatsQuery(app, when)).data
  const parts = useQuery(partsQuery(app)).data
  const { fold, words } = spanOf(when)
  const bars = <Bucket,>(buckets: readonly Bucket[] | undefined, good: (one: Bucket) => number, bad: (one: Bucket) => number) => {
    const bads = folded(buckets?.map(bad) ?? [], fold)
    return folded(buckets?.map(good) ?? [], fold).map((one, at) => ({ good: one, bad: bads[at] ?? 0 }))
  }
  const sum = <Bucket,>(buckets: readonly Bucket[] | undefined, of: (one: Bucket) => number) =>
    buckets?.reduce((all, one) => all + of(one), 0) ?? 0
  const [rejected, duplicate] = [sum(requests?.buckets, (one) => one.rejected), sum(requests?.buckets, (one) => one.duplicate)]
  const [ok, ko] = [sum(runs?.buckets, (one) => one.ok), sum(runs?.buckets, (one) => one.ko)]
  const [delivered, failed] = [sum(sent?.buckets, (one) => one.delivered), sum(sent?.buckets, (one) => one.failed)]
  return (
    <section aria-label={`In, run, out ${words}`} className="flex flex-col gap-4 desk:flex-row">
      <StageCard
        title="In"
        icon={ArrowDownToLine}
        link={{ to: '/a/$app/requests', params: { app }, search: when }}
        number={requests && sum(requests.buckets, (one) => one.requests)}
        noun="requests received"
        bars={bars(
          requests?.buckets,
          (one) => one.requests - one.rejected,
          (one) => one.rejected,
        )}
        facts={[partWords(parts?.listeners, 'listener'), `${count(rejected)} rejected`, counted(duplicate, 'duplicate')]}
      />
      <StageCard
        title="Run"
        icon={Workflow}
        link={{ to: '/a/$app/runs', params: { app }, search: when }}
        number={runs && sum(runs.buckets, (one) => one.runs)}
        noun="runs"
        bars={bars(
          runs?.buckets,
          (one) => one.runs - one.ko,
          (one) => one.ko,
        )}
        facts={[partWords(parts?.flows, 'flow'), ...loud(ok, ok + ko, 'OK'), ...slowest(runs?.buckets.map((one) => one.tookMsP95))]}
      />
      <StageCard
        title="Out"
        icon={Send}
        link={{ to: '/a/$app/deliveries', params: { app }, search: when }}
        number={sent && sum(sent.buckets, (one) => one.deliveries)}
        noun="deliveries"
        bars={bars(
          sent?.buckets,
          (one) => one.deliveries - one.failed - one.cancelled,
          (one) => one.failed + one.cancelled,
        )}
        facts={[
          ...loud(delivered, delivered + failed, 'delivered'),
          `${count(sent?.now.held ?? 0)} held`,
          `${count(failed)} failed`,
          ...slowest(sent?.buckets.map((one) => one.deliveredInMsP95)),
        ]}
      />
    </section>
  )
}

/** Beyond what one look counts there are simply many. */
function partWords(parts = 0, noun: string): string {
  return parts < PARTS_MAX ? counted(parts, noun) : `${PARTS_MAX} ${noun}s or more`
}

function slowest(values: readonly (number | null)[] | undefined): readonly string[] {
  const most = Math.max(-1, ...(values ?? []).map((one) => one ?? -1))
  return most < 0 ? [] : [`p95 up to ${duration(most)}`]
}

/** A share that is shown loudly once it is less than 99 of 100. */
function loud(part: number, whole: number, word: string): readonly ReactNode[] {
  if (whole === 0) return []
  return [
    <span key="share" className={part / whole < 0.99 ? 'font-medium text-fail-text' : ''}>
      {share(part, whole)} {word}
    </span>,
  ]
}
