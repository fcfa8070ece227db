import { expect, test } from 'vitest'
import { circlesOf, importedPath } from './circles.ts'
import { importsOf, isTest, sourceFiles } from './source-files.ts'

test('no files import each other, for a type neither', () => {
  const files = sourceFiles().filter(({ path }) => !isTest(path))
  const graph = new Map(
    files.map((file) => [file.path, importsOf(file).flatMap(({ specifier }) => importedPath(file.path, specifier) ?? [])]),
  )
  expect([...graph.values()].flat().length).toBeGreaterThan(files.length)
  expect(circlesOf(graph)).toEqual([])
})

test('finds circles of one, two and three, and nothing where two ways lead to one file', () => {
  const graph = new Map([
    ['a/self.ts', ['a/self.ts']],
    ['a/one.ts', ['a/two.ts']],
    ['a/two.ts', ['a/one.ts', 'a/leaf.ts']],
    ['b/x.ts', ['b/y.ts', 'a/leaf.ts']],
    ['b/y.ts', ['b/z.ts', 'a/leaf.ts']],
    ['b/z.ts', ['b/x.ts', 'a/one.ts']],
    ['c/top.ts', ['c/left.ts', 'c/right.ts']],
    ['c/left.ts', ['a/leaf.ts']],
    ['c/right.ts', ['c/left.ts']],
    ['a/leaf.ts', []],
  ])
  expect(circlesOf(graph)).toEqual([['a/self.ts'], ['a/one.ts', 'a/two.ts'], ['b/x.ts', 'b/y.ts', 'b/z.ts']])
  expect(importedPath('a/b/one.ts', '../two.ts')).toBe('a/two.ts')
  expect(importedPath('a/b/one.ts', '#store')).toBeUndefined()
})
