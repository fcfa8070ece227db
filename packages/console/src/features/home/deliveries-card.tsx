import { Link } from '@tanstack/react-router'
import { ChartColumn, Table } from 'lucide-react'
import { useState } from 'react'
import { count } from '../../lib/amounts.ts'
import { IconButton } from '../../ui/button.tsx'
import { Card } from '../../ui/page.tsx'
import { SkeletonRows } from '../../ui/states.tsx'
import { type Bar, barsOf, boundsOfBars } from './bars.ts'
import { DeliveriesChart, stretch } from './deliveries-chart.tsx'
import type { DeliveryStats } from './queries.ts'
import type { HomeSearch } from './search.ts'
import { spanOf } from './span.ts'
import { SlowestEndpoints, WaitingNow } from './side-facts.tsx'

interface Props {
  readonly app: string
  readonly when: HomeSearch
  readonly stats: DeliveryStats | undefined
  /** Looks closer at a stretch of its time; ISO 8601. */
  onLook(after: string, before: string): void
}

/** What was sent over time, who is slow, and what waits. */
export function DeliveriesCard({ app, when, stats, onLook }: Props) {
  const [asTable, setAsTable] = useState(false)
  const { fold, bar } = spanOf(when)
  const bars = stats === undefined ? undefined : barsOf(stats, fold)
  return (
    <Card
      title={
        <>
          Deliveries <span className="hidden font-normal text-text-2 desk:inline">{bar}</span>
        </>
      }
      aside={
        <>
          <Legend />
          <IconButton size="sm" label={asTable ? 'Show the chart' : 'Show as a table'} onClick={() => setAsTable(!asTable)}>
            {asTable ? <ChartColumn aria-hidden /> : <Table aria-hidden />}
          </IconButton>
        </>
      }
    >
      <div className="flex flex-col gap-5 desk:flex-row">
        <div className="min-w-0 flex-1">
          {bars === undefined ? (
            <SkeletonRows rows={6} />
          ) : asTable ? (
            <BarsTable app={app} bars={bars} />
          ) : (
            <DeliveriesChart app={app} bars={bars} onLook={onLook} />
          )}
          {stats?.complete === false && (
            <p className="mt-2 text-text-2">There is more than one look counts: what came before {stats.since} is left out.</p>
          )}
        </div>
        <div className="flex flex-col gap-5 border-line desk:w-60 desk:shrink-0 desk:border-l desk:pl-5">
          {stats !== undefined && <SlowestEndpoints app={app} groups={stats.groups ?? []} />}
          {stats !== undefined && <WaitingNow now={stats.now} />}
        </div>
      </div>
    </Card>
  )
}

function Legend() {
  const parts = [
    ['bg-chart', 'Delivered'],
    ['hatched bg-wait-mark', 'Waiting'],
    ['bg-fail-mark', 'Failed'],
  ] as const
  return (
    <span aria-hidden className="flex gap-3 text-xs text-text-2">
      {parts.map(([look, word]) => (
        <span key={word} className="flex items-center gap-1.5">
          <span className={`size-2 rounded-[2px] ${look}`} />
          {word}
        </span>
      ))}
    </span>
  )
}

/** The same in figures; each time leads to a closer look at it. */
function BarsTable({ app, bars }: { readonly app: string; readonly bars: readonly Bar[] }) {
  return (
    <div className="max-h-72 overflow-auto">
      <table className="num w-full text-left">
        <thead className="text-xs text-text-3">
          <tr>
            {['Time', 'Deliveries', 'Delivered', 'Waiting', 'Failed'].map((head) => (
              <th key={head} scope="col" className="py-1 pr-4 font-medium">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {bars.map((bar) => (
            <tr key={bar.from} className="border-t border-line">
              <th scope="row" className="py-1 pr-4 font-normal">
                <Link
                  to="/a/$app"
                  params={{ app }}
                  search={boundsOfBars(bar)}
                  className="inline-flex min-h-target items-center text-accent-text hover:underline"
                >
                  {stretch(bar)}
                </Link>
              </th>
              {[bar.all, bar.delivered, bar.waiting, bar.failed].map((value, at) => (
                <td key={at} className="py-1 pr-4">
                  {count(value)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
