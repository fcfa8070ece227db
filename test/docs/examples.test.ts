import { expect, test } from 'vitest'
import { startTour, TOUR_MS } from './tour.ts'

// The shorthands that the examples take over from the README stand in its first block.
const shorthands = 'README.md'

test('R109: the example of a push notifies the deployment service, and confirms', { timeout: TOUR_MS }, async () => {
  await using tour = await startTour()
  await tour.begin(shorthands)
  expect(await tour.walk('examples/github-push/README.md')).toBeGreaterThan(1)
})

test('R110: the example of a payment updates the order, sends the confirmation, and acknowledges', { timeout: TOUR_MS }, async () => {
  await using tour = await startTour()
  await tour.begin(shorthands)
  expect(await tour.walk('examples/payment-completed/README.md')).toBeGreaterThan(1)
})
