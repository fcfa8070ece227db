import { expect, test } from 'vitest'
import { allowedFiles, allowedFolders, allowedFunctions } from './allowances.ts'
import { faultsOf, FOLDER_FILES_MAX, largeFolders, longFiles, longFunctions, longSubjects } from './growth.ts'
import { sourceFile, sourceFiles } from './source-files.ts'

test('no function grows beyond 70 lines, and no component beyond 120', () => {
  expect(faultsOf(longFunctions(sourceFiles()), allowedFunctions)).toEqual([])
})

test('no file grows beyond 400 lines', () => {
  expect(faultsOf(longFiles(sourceFiles()), allowedFiles)).toEqual([])
})

test('no folder grows beyond 25 source files', () => {
  expect(faultsOf(largeFolders(sourceFiles()), allowedFolders)).toEqual([])
})

test('the subject of a commit is at most 72 characters long', () => {
  expect(longSubjects('2026-11-29T19:42:00Z')).toEqual([])
})

test('finds what is too long, by its name, and allowances that are not needed', () => {
  const body = (lines: number) => '  step()\n'.repeat(lines)
  const text = `export function long() {\n${body(70)}}\nconst short = () => {\n${body(68)}}\nclass A {\n  async run() {\n${body(69)}  }\n}\n`
  const found = longFunctions([sourceFile('packages/a/src/a.ts', text), sourceFile('packages/a/src/a.test.ts', text)])
  expect([...found]).toEqual([
    ['packages/a/src/a.ts long', 72],
    ['packages/a/src/a.ts run', 71],
  ])
  expect(
    longFiles([sourceFile('packages/a/src/a.ts', 'x()\n'.repeat(401)), sourceFile('packages/a/src/b.ts', 'x()\n'.repeat(400))]).size,
  ).toBe(1)
  const many = Array.from({ length: FOLDER_FILES_MAX + 1 }, (_, index) => sourceFile(`packages/a/src/many/f${index}.ts`, ''))
  expect([...largeFolders(many)]).toEqual([['packages/a/src/many', 26]])
  expect(
    faultsOf(
      new Map([
        ['a', 72],
        ['b', 80],
        ['c', 75],
      ]),
      { b: 79, c: 76, d: 90 },
    ),
  ).toEqual([
    'a: 72 is too many. Split it.',
    'b: 80, and 79 were allowed. Split it.',
    'c: 75 now. Write that down instead of 76.',
    'd is not too large any more. Take it from the list.',
  ])
})
