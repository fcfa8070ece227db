import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { mayImport } from '../../architecture.ts'
import { type Lockfile, missingEntries } from '../../scripts/complete-lockfile.ts'
import { generatedPages } from '../../scripts/docs.ts'
import { root, sourceFiles } from './source-files.ts'

const doorLinesMax = 15
const serverFolder = 'packages/server/src'
const read = (path: string) => readFileSync(join(root, path), 'utf8')

test('each room has a door that says what it does, in fifteen lines at most', () => {
  const folders = readdirSync(join(root, serverFolder), { withFileTypes: true }).filter((entry) => entry.isDirectory())
  const faults = folders.flatMap(({ name }) => {
    // What main.ts is made of, and has no door.
    if (name === 'main') return []
    if (!(name in mayImport)) return [`${name} is not a room that architecture.ts names`]
    const door = sourceFiles().find(({ path }) => path === `${serverFolder}/${name}/index.ts`)
    const comment = door && /^\/\*\*[^]*?\*\//.exec(door.text)?.[0]
    if (!comment) return [`${name}/index.ts does not begin with a comment`]
    return comment.split('\n').length > doorLinesMax ? [`${name}/index.ts says it in more than ${doorLinesMax} lines`] : []
  })
  expect(faults).toEqual([])
})

test('main.ts is the only file that stands outside the rooms and its own folder', () => {
  const files = readdirSync(join(root, serverFolder), { withFileTypes: true }).filter((entry) => entry.isFile())
  expect(files.map(({ name }) => name).filter((name) => !/^main(\.test)?\.ts$/.test(name))).toEqual([])
})

test('the changelog has a part for what is not released yet', () => {
  expect(read('CHANGELOG.md')).toMatch(/^## \[Unreleased\]$/m)
})

test.each(Object.entries(generatedPages))('%s is what "npm run docs" makes of the source', async (path, page) => {
  expect(existsSync(join(root, path)) ? read(path) : '').toBe(await page())
})

test('the lockfile has the packages of every platform; else run "npm run lockfile"', () => {
  expect(missingEntries(JSON.parse(read('package-lock.json')) as Lockfile).map(([path]) => path)).toEqual([])
})
