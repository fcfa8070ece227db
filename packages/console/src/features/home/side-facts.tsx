import { Link } from '@tanstack/react-router'
import { count } from '../../lib/amounts.ts'
import { useNames } from '../../lib/queries/names.ts'
import { duration } from '../../lib/time.ts'
import { Facts } from '../../ui/page.tsx'
import type { DeliveryStats } from './queries.ts'

const SHOWN_MAX = 4

interface Props {
  readonly app: string
  readonly groups: NonNullable<DeliveryStats['groups']>
}

/** Endpoints by how long 95 of 100 deliveries took to be delivered, retries included. */
export function SlowestEndpoints({ app, groups }: Props) {
  const slow = groups
    .flatMap(({ key, deliveredInMsP95 }) => (key === null || deliveredInMsP95 === null ? [] : [{ key, ms: deliveredInMsP95 }]))
    .toSorted((a, b) => b.ms - a.ms)
    .slice(0, SHOWN_MAX)
  const names = useNames(
    app,
    'endpoint',
    slow.map(({ key }) => key),
  )
  const most = Math.max(1, slow[0]?.ms ?? 1)
  return (
    <section className="flex flex-col gap-2">
      <h3 className="font-semibold">Slowest endpoints, p95</h3>
      {slow.length === 0 && <p className="text-text-2">Nothing was delivered in this time.</p>}
      <ul className="flex flex-col gap-2">
        {slow.map(({ key, ms }) => (
          <li key={key}>
            <Link
              to="/a/$app/settings/webhooks/$endpoint"
              params={{ app, endpoint: key }}
              className="flex min-h-target flex-col justify-center gap-1 hover:underline"
            >
              <span className="flex justify-between gap-3">
                <bdi className="clip">{names.get(key) ?? 'An endpoint that was deleted'}</bdi>
                <span className="num shrink-0 text-text-2">{duration(ms)}</span>
              </span>
              <span aria-hidden className="block h-1 rounded-full bg-sunken">
                <span className="block h-1 rounded-full bg-chart" style={{ width: `${Math.max(2, (ms / most) * 100)}%` }} />
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** What waits at this moment, and why. */
export function WaitingNow({ now }: { readonly now: DeliveryStats['now'] }) {
  const about = (value: number): string => (now.exact ? count(value) : `more than ${count(value)}`)
  return (
    <section className="flex flex-col gap-2">
      <h3 className="font-semibold">Waiting now</h3>
      <Facts
        rows={[
          ['For their time', about(now.waiting)],
          ['For the hour', about(now.throttled)],
          ['Held', about(now.held)],
          ['Longest due', now.oldestWaitingMs === 0 ? 'none' : duration(now.oldestWaitingMs)],
        ]}
      />
    </section>
  )
}
