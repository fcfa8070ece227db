import { expect, test } from 'vitest'
import { namedRows, requirementRows, rowsOfTitle } from './requirement-rows.ts'
import { requirementsNotBuilt } from './requirements-not-built.ts'
import { sourceFile, titlesOf } from './source-files.ts'

test('every requirement is named by the title of a test, or stands on the list of those not built', () => {
  const named = namedRows()
  const lost = requirementRows.filter((row) => !named.has(row) && !(row in requirementsNotBuilt))
  expect(lost.map((row) => `${row} is named by no test: begin the title of its test with "${row}: "`)).toEqual([])
})

test('a requirement that a test names leaves the list of those not built; "npm run requirements" takes it off', () => {
  const both = [...namedRows()].filter(([row]) => row in requirementsNotBuilt)
  expect(both.map(([row, path]) => `${row} is named in ${path}`)).toEqual([])
})

test('tests and list name only rows that there are', () => {
  expect([...namedRows().keys(), ...Object.keys(requirementsNotBuilt)].filter((row) => !requirementRows.includes(row))).toEqual([])
})

test('reads the rows from the titles of tests of every form', () => {
  const text = `test('R1: a', f); it.each([1])('R2, R3: b', f); describe(\`R4 and R5: \${x}\`, f); test('about R6', f); run('R7: c', f)`
  expect(titlesOf(sourceFile('x.test.ts', text)).flatMap(rowsOfTitle)).toEqual(['R1', 'R2', 'R3', 'R4', 'R5'])
})
