import { expect, test } from 'vitest'
import { startTour, TOUR_MS } from './tour.ts'

test('the commands of the README print what it says, on a server that runs', { timeout: TOUR_MS }, async () => {
  await using tour = await startTour()
  expect(await tour.walk('README.md')).toBeGreaterThan(6)
})
