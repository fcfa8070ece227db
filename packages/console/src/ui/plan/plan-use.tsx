import type { ApplicationGetPlanUseOut } from '@posthorn/sdk'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { count } from '../../lib/amounts.ts'
import { planUseQuery } from '../../lib/queries/plan-use-query.ts'
import { Card } from '../page.tsx'
import { Time } from '../time.tsx'

/** What a plan allows and what is used of it, in a card; nothing where the plan sets no limit. */
export function PlanCard({ app }: { readonly app: string }) {
  const use = useLimitedUse(app)
  if (use === undefined) return null
  const { plan, endpoints, deliveriesThisHour: hour } = use
  return (
    <Card title={`Plan ${plan}`}>
      <div className="flex flex-col gap-3">
        {endpoints.max !== null && <Meter name="Webhook endpoints" used={endpoints.used} max={endpoints.max} />}
        {hour !== null && <Meter name="Deliveries this hour" used={hour.used} max={hour.max} />}
        {hour?.freeAt != null && (
          <p className="text-text-2">
            <HourUsedUp freeAt={hour.freeAt} />
          </p>
        )}
      </div>
    </Card>
  )
}

/** The same in one quiet line, for the foot of the portal. */
export function PlanLine({ app, className }: { readonly app: string; readonly className: string }) {
  const use = useLimitedUse(app)
  if (use === undefined) return null
  const { plan, endpoints, deliveriesThisHour: hour } = use
  const parts = [
    ...(endpoints.max === null ? [] : [`${ofMax(endpoints.used, endpoints.max)} ${endpoints.max === 1 ? 'endpoint' : 'endpoints'}`]),
    ...(hour === null ? [] : [`${ofMax(hour.used, hour.max)} deliveries this hour`]),
  ]
  return (
    <footer className={className}>
      Plan {plan}: {parts.join(', ')}.{hour?.freeAt != null && <HourUsedUp freeAt={hour.freeAt} />}
    </footer>
  )
}

/** Undefined until it is known, and where there is no limit. */
function useLimitedUse(app: string): ApplicationGetPlanUseOut | undefined {
  const { data } = useQuery(planUseQuery(app))
  return data === undefined || (data.endpoints.max === null && data.deliveriesThisHour === null) ? undefined : data
}

function HourUsedUp({ freeAt }: { readonly freeAt: string }): ReactNode {
  return (
    <>
      {' '}
      The next is sent at <Time at={freeAt} />. What is over waits, and nothing is lost.
    </>
  )
}

const ofMax = (used: number, max: number): string => `${count(used)} of ${count(max)}`

function Meter({ name, used, max }: { readonly name: string; readonly used: number; readonly max: number }) {
  const part = Math.min(1, used / max)
  return (
    <div className="flex flex-col gap-1.5">
      <div className="flex justify-between gap-3">
        <span>{name}</span>
        <span className="num text-text-2">{ofMax(used, max)}</span>
      </div>
      {/* The words above say it; a bar is seen sooner. */}
      <svg aria-hidden viewBox="0 0 100 4" preserveAspectRatio="none" className="h-1 w-full overflow-hidden rounded-full">
        <rect width="100" height="4" className="fill-line" />
        <rect width={part * 100} height="4" className={part === 1 ? 'fill-wait-mark' : 'fill-accent-mark'} />
      </svg>
    </div>
  )
}
