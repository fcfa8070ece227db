import { ChartColumn, Table } from 'lucide-react'
import { useState } from 'react'
import { count } from '../../lib/amounts.ts'
import { IconButton } from '../../ui/button.tsx'
import { Card } from '../../ui/page.tsx'
import { SkeletonRows } from '../../ui/states.tsx'
import { type Bar, barsOf } from './bars.ts'
import { DeliveriesChart, stretch } from './deliveries-chart.tsx'
import { type DeliveryStats, ranges } from './queries.ts'
import type { HomeRange } from './search.ts'
import { SlowestEndpoints, WaitingNow } from './side-facts.tsx'

interface Props {
  readonly app: string
  readonly range: HomeRange
  readonly stats: DeliveryStats | undefined
}

/** What was sent over time, who is slow, and what waits. */
export function DeliveriesCard({ app, range, stats }: Props) {
  const [asTable, setAsTable] = useState(false)
  const { fold, bar } = ranges[range]
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
          {bars === undefined ? <SkeletonRows rows={6} /> : asTable ? <BarsTable bars={bars} /> : <DeliveriesChart app={app} bars={bars} />}
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

function BarsTable({ bars }: { readonly bars: readonly Bar[] }) {
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
                {stretch(bar)}
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
