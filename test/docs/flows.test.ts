import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { flowLimits, nextStatuses } from '../../packages/contract/src/index.ts'
import { limits } from '../../packages/server/src/domain/index.ts'
import { filterNames } from '../../packages/server/src/flows/index.ts'
import { readPage } from './markdown.ts'
import { startTour, TOUR_MS } from './tour.ts'

const page = readPage('docs/flows.md')

test('the commands of the page on flows print what it shows', { timeout: TOUR_MS }, async () => {
  await using tour = await startTour()
  await tour.begin('README.md')
  expect(await tour.walk('docs/flows.md')).toBe(6)
})

test('the page on flows says how steps may end', () => {
  for (const status of nextStatuses) expect(page).toContain(`\`${status}\``)
})

test('the page on flows has every filter, and no other', () => {
  const line = page.slice(page.indexOf('<!-- filters -->')).split('\n')[1]!
  expect([...line.matchAll(/`(\w+)`/g)].map(([, name]) => name)).toEqual(filterNames)
})

test('the page on flows has the limits of definitions', () => {
  const said = page.slice(page.indexOf('## Limits'))
  const { templateCharactersMax: _, ...ours } = flowLimits
  for (const [name, limit] of Object.entries({ ...ours, chain: limits.runChainMax }))
    expect(said, name).toContain(limit.toLocaleString('en-US'))
  expect(said).toContain(`${limits.stepOutputBytesMax / 1024 ** 2} MiB of output`)
  expect(said).toContain(`${limits.runContextBytesMax / 1024 ** 2} MiB together`)
})

test('the page on flows has every template, and no other', () => {
  const said = page.slice(page.indexOf('## Templates'), page.indexOf('<!-- tour -->', page.indexOf('## Templates')))
  const shipped = readdirSync(new URL('../../packages/server/src/api/template/catalogue', import.meta.url))
  expect([...said.matchAll(/^\| `([\w-]+)` \|/gm)].map(([, name]) => `${name}.json`).toSorted()).toEqual(shipped.toSorted())
})
