import type { StatsBucketOut, StatsGroupOut } from '@posthorn/contract'
import type { DeliveryOwner, Store } from '#store'
import { newestFirst } from './newest-first.ts'
import type { StatsRange } from './stats-range.ts'
import { groupFrame, Tallies, type Tally } from './tally.ts'

interface CountedDeliveries {
  /** Of the first bucket that could be counted as a whole. */
  readonly since: number
  readonly buckets: StatsBucketOut[]
  readonly groups: StatsGroupOut[]
}

/** Counts by the time when deliveries were made, and by endpoint. `wanted`: the endpoints that are answered; absent: the largest groups. */
export async function countDeliveries(
  { logs }: Pick<Store, 'logs'>,
  owner: DeliveryOwner,
  { rowsMax, wanted, ...range }: StatsRange & { readonly rowsMax?: number; readonly wanted?: readonly string[] | undefined },
): Promise<CountedDeliveries> {
  const tallies = new Tallies(range)
  const since = await newestFirst(range, {
    prefix: 'dlv',
    owners: [owner.application],
    read: (_, stretch) => logs.deliveries.outcomes(owner, stretch),
    at: ({ created_at }) => created_at,
    each: ({ endpoint_id: key, created_at: at, status, attempts, finished_at }) =>
      tallies.add({ key, at, status, attempts, tookMs: status === 'delivered' ? Math.max(0, (finished_at ?? at) - at) : null }),
    rowsMax,
  })
  const counted = { since, until: range.until }
  return {
    since,
    buckets: tallies.buckets(counted).map(({ at, tally }) => ({ at: new Date(at).toISOString(), ...outcomes(tally) })),
    groups: tallies.groups(counted, wanted).map((group) => ({
      ...groupFrame(group),
      ...outcomes(group.all),
      failures: group.buckets.map((bucket) => bucket.of('failed', 'cancelled')),
    })),
  }
}

function outcomes(tally: Tally) {
  const [delivered, failed, cancelled] = [tally.of('delivered'), tally.of('failed'), tally.of('cancelled')]
  const ended = delivered + failed
  return {
    ...{ deliveries: tally.count, delivered, failed, cancelled, waiting: tally.count - ended - cancelled },
    attempts: tally.attempts,
    successRate: ended === 0 ? null : delivered / ended,
    deliveredInMsP50: tally.tookMs(0.5),
    deliveredInMsP95: tally.tookMs(0.95),
    deliveredInMsP99: tally.tookMs(0.99),
  }
}
