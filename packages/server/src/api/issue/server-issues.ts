import { AppError } from '#domain'
import { errors } from '@posthorn/contract'
import type { ApplicationSnapshot } from '#store'
import type { ApiDeps } from '../deps.ts'
import { hourOfPlan } from '../plan/plan-use.ts'
import { amount, issueOf, type Found } from './found.ts'

/** From this part of the hour on somebody should know. */
const HOUR_PART = 0.9

/** The hour of the plan, if it is nearly used up. */
export async function planIssues(deps: Pick<ApiDeps, 'store' | 'clock'>, application: ApplicationSnapshot): Promise<Found> {
  const { id, name, plan } = application
  const now = deps.clock.now()
  const hour = await hourOfPlan(deps, application, now)
  if (hour === null || hour.used <= hour.max * HOUR_PART) return { issues: [], complete: true }
  const { used, max: perHour } = hour
  const reason = `${amount(used, 'delivery', 'deliveries')} of the ${perHour.toLocaleString('en')} that the plan ${plan.name} has for an hour are used. What is over waits, and nothing is lost.`
  const nextStep = 'Choose a larger plan, or wait: the oldest minute of the hour makes room first.'
  const target = { kind: 'application', id, name } as const
  return { issues: [issueOf({ kind: 'plan_hour', target, reason, nextStep, count: used, countOf: 'deliveries' }, now)], complete: true }
}

/** Whether the store takes writes, as `/readyz` tries it. */
export async function storeIssues({ store, clock, log }: Pick<ApiDeps, 'store' | 'clock' | 'log'>): Promise<Found> {
  const trouble = await store.health().then(
    () => undefined,
    (error: unknown) => error,
  )
  if (trouble === undefined) return { issues: [], complete: true }
  log.warn('api.issue.store', { error: trouble })
  const code = trouble instanceof AppError ? trouble.code : 'store_unavailable'
  const issue = issueOf(
    {
      ...{ kind: 'store_trouble', target: { kind: 'server', id: null, name: 'The store' }, count: 1, countOf: 'writes' },
      reason: trouble instanceof AppError ? trouble.message : errors[code].sentence,
      nextStep: 'The log of the server names what is amiss and what helps; docs/operations.md has the steps.',
    },
    clock.now(),
  )
  return { issues: [issue], complete: true }
}
