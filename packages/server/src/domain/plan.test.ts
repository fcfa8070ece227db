import { expect, test } from 'vitest'
import { attemptTimeoutMs, planDefault, plans } from './plan.ts'
import { nextRetry, retryPolicy } from './delivery/retry-policy.ts'

test('Basic has 2 endpoints, Pro 50, a self-hosted install as many as it likes', () => {
  expect([plans.basic.endpointsMax, plans.pro.endpointsMax, planDefault.endpointsMax]).toEqual([2, 50, null])
})

test('100 and 5,000 deliveries an hour', () => {
  expect([plans.basic.deliveriesPerHour, plans.pro.deliveriesPerHour, planDefault.deliveriesPerHour]).toEqual([100, 5000, null])
})

test('R86: 5 retries, so 6 attempts', () => {
  for (const plan of [plans.basic, plans.pro]) {
    const policy = retryPolicy('step', plan.retriesMax)
    const ask = (retriesMade: number) => nextRetry(policy, { retriesMade, elapsedMs: 0, sawRetryIn: false }, () => 0.5).kind
    expect([ask(4), ask(5)]).toEqual(['retry', 'exhausted'])
  }
})

test('R87: 10 s, and no more on the limited plans', () => {
  expect(attemptTimeoutMs(plans.basic, null)).toBe(10_000)
  expect(attemptTimeoutMs(plans.pro, 30_000)).toBe(10_000)
  expect(attemptTimeoutMs(plans.pro, 3000)).toBe(3000)
  expect(attemptTimeoutMs(planDefault, 30_000)).toBe(30_000)
  expect(attemptTimeoutMs(planDefault, 90_000)).toBe(60_000)
})

test('the limited plans sign and retry as the founding document says, unlimited as Standard Webhooks does', () => {
  expect([plans.basic, plans.pro, plans.unlimited].map((plan) => [plan.defaultSigning, plan.defaultRetryPolicy])).toEqual([
    ['hex', 'invoice'],
    ['hex', 'invoice'],
    ['standard', 'standard'],
  ])
})
