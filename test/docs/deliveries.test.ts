import { expect, test } from 'vitest'
import { deliveryOperations, replayIn } from '../../packages/contract/src/index.ts'
import { readPage } from './markdown.ts'
import { startTour, TOUR_MS } from './tour.ts'

const page = readPage('docs/deliveries.md')

test('the commands of the page on deliveries print what it shows', { timeout: TOUR_MS }, async () => {
  await using tour = await startTour()
  await tour.begin('README.md')
  expect(await tour.walk('docs/deliveries.md')).toBe(1)
})

test('the page on deliveries names every parameter of the search, and every field of a replay’s filter', () => {
  const parameters = Object.keys(deliveryOperations.list.query.shape).filter((name) => name !== 'limit' && name !== 'iterator')
  for (const name of parameters) expect(page, name).toContain(`\`${name}\``)
  const fields = Object.keys(replayIn.shape.filter.unwrap().shape)
  expect(page).toContain(`\`${fields.join(' ')}\``)
})
