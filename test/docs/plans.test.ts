import { expect, test } from 'vitest'
import { plans } from '../../packages/server/src/domain/index.ts'
import { readPage } from './markdown.ts'
import { startTour, TOUR_MS } from './tour.ts'

test('the commands of the page on plans print what it shows', { timeout: TOUR_MS }, async () => {
  await using tour = await startTour()
  await tour.begin('README.md')
  expect(await tour.walk('docs/plans.md')).toBe(3)
})

test('R84, R85, R86, R87: the page on plans has the numbers of the plans that come with Posthorn', () => {
  const number = (value: number | null) => (value === null ? 'null' : value.toLocaleString('en-US'))
  for (const plan of Object.values(plans)) {
    const limits = [plan.endpointsMax, plan.deliveriesPerHour, plan.retriesMax, plan.timeoutMsMax].map(number)
    const row = [`\`${plan.name}\``, ...limits, `\`${plan.defaultSigning}\``, `\`${String(plan.defaultRetryPolicy)}\``]
    expect(readPage('docs/plans.md')).toContain(`| ${row.join(' | ')} |`)
  }
})
