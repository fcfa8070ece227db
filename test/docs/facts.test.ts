import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { mayImport } from '../../architecture.ts'
import { failpoints, sqliteFailpoints } from '../chaos/failpoints.ts'
import { readPage, root } from './markdown.ts'

const server = join(root, 'packages/server/src')
const source = readdirSync(server, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
  .map((name) => readFileSync(join(server, name), 'utf8'))
  .join('\n')

/** The code spans in the first column of the table below a line. */
function firstColumn(page: string, below: string): string[] {
  const rows = /^\|.*\n\|[-|]+\n((?:\|.*\n)+)/m.exec(page.slice(page.indexOf(below)))![1]!
  return rows.split('\n').flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, name]) => name!))
}

test('architecture.md says what a crash means at every failpoint that is tested', () => {
  const told = firstColumn(readPage('docs/architecture.md'), '<!-- failpoints -->')
  expect(told).toEqual([...failpoints, ...sqliteFailpoints])
})

test('architecture.md lets rooms know what architecture.ts lets them know', () => {
  expect(firstColumn(readPage('docs/architecture.md'), 'Who may import whom').sort()).toEqual(Object.keys(mayImport).sort())
})

test('operations.md names only events that are logged', () => {
  const events = firstColumn(readPage('docs/operations.md'), '## Logs')
  expect(events.length).toBeGreaterThan(10)
  // Some names are made of a part that varies.
  expect(events.filter((event) => !source.includes(`'${event}'`))).toEqual([])
})

test('R9, R74: receivers are told to trust signatures, not addresses, and to answer before heavy work', () => {
  const page = readPage('docs/receiving.md')
  expect(page).toMatch(/Do not rely on the addresses/)
  expect(page).toMatch(/keep the event first, answer, and do heavy work afterwards/)
})
