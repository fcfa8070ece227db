import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { mayImport } from '../../architecture.ts'
import { failpoints, sqliteFailpoints, threadFailpoints, uploadFailpoints, waitingFailpoints } from '../chaos/failpoints.ts'
import { isTest, sourceFiles } from '../tidy/source-files.ts'
import { codeSpans, firstColumn, readPage, root, tableBelow } from './markdown.ts'

const page = readPage('docs/architecture.md')
const server = join(root, 'packages/server/src')

test('says what a crash means at every failpoint that is tested', () => {
  const explained = firstColumn(page, '<!-- failpoints -->')
  expect(explained).toEqual([...failpoints, ...sqliteFailpoints, ...threadFailpoints, ...waitingFailpoints, ...uploadFailpoints])
})

test('lets rooms know what architecture.ts lets them know', () => {
  const rooms = firstColumn(page, 'Who may import whom')
  expect(rooms.toSorted()).toEqual(Object.keys(mayImport).toSorted())
  const working = ['ingest', 'flows', 'delivery']
  // Known to nobody but main.ts.
  const unknown = ['config', 'traces']
  for (const [i, room] of rooms.entries()) {
    const above = rooms
      .slice(0, i)
      .filter((other) => !unknown.includes(other) && !([...working, 'traces'].includes(room) && working.includes(other)))
    const packages = new RegExp(`^\\| \`${room}\` \\|.*\\| *(.*?) *\\|$`, 'm')
      .exec(page)![1]!
      .split(', ')
      .filter((name) => name !== '')
    // Some rooms have further doors for programs of their own.
    const known: readonly string[] = mayImport[room as keyof typeof mayImport]
    const doors = known.filter((name) => !rooms.includes(name.split('/')[0]!) || rooms.includes(name))
    expect(doors.toSorted(), room).toEqual([...above, ...packages].toSorted())
  }
})

test('a bound stands with its figure in a file that it names, and with a test', () => {
  const bounds = tableBelow(page, '<!-- bounds -->')
  expect(bounds.length).toBeGreaterThan(15)
  const faults = bounds.flatMap(([what, most, , where, test]) => {
    const files = codeSpans(where!)
    const tests = test === 'beside' ? files.slice(0, 1).map((file) => file.replace('.ts', '.test.ts')) : codeSpans(test!)
    const texts = files.map((file) => readFileSync(join(server, file), 'utf8'))
    const isEnforced = texts.some((text) => spellings(most!).some((figure) => text.includes(figure)))
    const isTested = tests.length > 0 && tests.every((file) => existsSync(join(server, file)) || existsSync(join(root, file)))
    return [...(isEnforced ? [] : [`${what}: ${most} is not in ${where}`]), ...(isTested ? [] : [`${what}: no test ${test}`])]
  })
  expect(faults).toEqual([])
})

/** How the source may write the first figure of a text. */
function spellings(text: string): string[] {
  const [, digits, unit] = /^([\d,]+)(?: (MiB|KiB|ms|s)\b)?/.exec(text)!
  const figure = Number(digits!.replaceAll(',', ''))
  if (unit === 'MiB') return [figure === 1 ? '1024 * 1024' : `${figure} * 1024 * 1024`]
  if (unit === 'KiB') return [`${figure} * 1024`]
  const plain = unit === 's' ? figure * 1000 : figure
  return [`${plain}`, plain.toLocaleString('en').replaceAll(',', '_')]
}

test('names functions that are in the source', () => {
  const names = codeSpans(page).filter((span) => /^[a-z]+[A-Z]\w*$/.test(span))
  expect(names.length).toBeGreaterThan(3)
  const product = sourceFiles().filter(({ path }) => path.startsWith('packages/') && !isTest(path))
  expect(names.filter((name) => !product.some(({ text }) => new RegExp(`\\b${name}\\b`).test(text)))).toEqual([])
})

test('reads in ten minutes: at 230 words a minute', () => {
  expect(page.split(/\s+/).filter((word) => /\w/.test(word)).length).toBeLessThanOrEqual(2300)
})
