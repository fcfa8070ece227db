import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  compileFilter,
  filterOperators,
  limits,
  operationalApplication,
  operationalEventTypeContents,
  operationalEventTypes,
} from '../../packages/server/src/domain/index.ts'
import { codeBlocks, firstColumn, readPage, root } from './markdown.ts'

const server = join(root, 'packages/server/src')
const textOf = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n')
const source = textOf(server)

test('operations.md names only events that are logged', () => {
  const events = firstColumn(readPage('docs/operations.md'), '## Logs')
  expect(events.length).toBeGreaterThan(10)
  const logging = source + textOf(join(root, 'packages/cli/src'))
  // Some names are made of a part that varies.
  expect(events.filter((event) => !logging.includes(`'${event}'`))).toEqual([])
})

test('operations.md names every operational event type, and their fields', () => {
  const page = readPage('docs/operations.md')
  expect(firstColumn(page, '| event type | is sent when |')).toEqual([...operationalEventTypes])
  const said = page.slice(page.indexOf('## Operational messages'))
  const fields = new Set(operationalEventTypeContents.flatMap(({ example }) => Object.keys(example)))
  expect([...fields].filter((field) => !said.includes(`\`${field}\``))).toEqual([])
  expect(said).toContain(operationalApplication.id)
})

test('R9, R74: receivers are asked to trust signatures, not addresses, and to answer before heavy work', () => {
  const page = readPage('docs/receiving.md')
  expect(page).toMatch(/Do not rely on the addresses/)
  expect(page).toMatch(/keep the event first, answer, and do heavy work afterwards/)
})

test('endpoints.md has every operator of filters and no other, its example is one, and its bounds hold', () => {
  const page = readPage('docs/endpoints.md')
  expect(firstColumn(page, '| operator | fits |').sort()).toEqual([...filterOperators].sort())
  const example = JSON.parse(codeBlocks(page).find(({ marker }) => marker === 'example of a filter')!.text) as unknown
  const compiled = compileFilter(example)
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.faults))
  const order = {
    total: 119,
    currency: 'EUR',
    customer: { country: 'DE' },
    items: [{ sku: 'pen-1' }, { sku: 'book-2' }],
    tags: ['on-account'],
  }
  const verdict = (data: object) => compiled.filter.explain({ type: 'order.created', data: { ...order, ...data } })
  expect(verdict({}).matches).toBe(true)
  expect(verdict({ test: true }).matches).toBe(false)
  const said = codeBlocks(page).find(({ text }) => text.includes('"matches": false'))!.text
  expect(verdict({ total: 5 })).toEqual(JSON.parse(said))
  expect(page).toContain(`${limits.filterCharactersMax / 1024} KiB of JSON and ${limits.filterDepthMax} levels`)
})
