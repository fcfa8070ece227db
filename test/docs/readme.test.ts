import { expect, test } from 'vitest'
import { startTour } from './tour.ts'

test('the commands of the README print what it says, on a server that runs', async () => {
  await using tour = await startTour()
  expect(await tour.walk('README.md')).toBeGreaterThan(6)
})
