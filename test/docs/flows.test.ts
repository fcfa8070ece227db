import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { flowLimits, nextStatuses } from '../../packages/contract/src/index.ts'
import { limits } from '../../packages/server/src/domain/index.ts'
import { filterNames } from '../../packages/server/src/flows/index.ts'
import { runFlowFile } from '@posthorn/server/flow-files'
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

test('the page on flows has every filter, and each example gives what stands beside it', async () => {
  const part = page.slice(page.indexOf('<!-- filters -->'), page.indexOf('<!-- /filters -->'))
  const document: unknown = JSON.parse(/```json\n([^]*?)```/.exec(part)![1]!)
  const rows = [...part.matchAll(/^\| `(\w+)` \| .* \| `(.+)` \| `(.+)` \|$/gm)].map((row) =>
    row.slice(1).map((cell) => cell.replaceAll('\\|', '|')),
  )
  expect(rows.map(([name]) => name)).toEqual(filterNames)
  for (const [name, template] of rows) expect(template).toMatch(new RegExp(`\\| ${name}\\b`))
  const meta = Object.fromEntries(rows.map(([name, template]) => [name, template]))
  const flow = { name: 'Filters', trigger: { kind: 'job' }, steps: [{ id: 'all', kind: 'set_meta', meta }] }
  const ran = await runFlowFile(JSON.stringify(flow), { document: document as never, outcomes: {}, calls: 'shown', meta: {}, secrets: {} })
  const said = Object.fromEntries(rows.map(([name, , result]) => [name, JSON.parse(result!)]))
  expect(ran).toMatchObject({ kind: 'tried', tried: { status: 'ok', meta: said } })
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
